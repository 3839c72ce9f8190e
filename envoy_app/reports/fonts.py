"""Which Chinese fonts of this computer the documents are set in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

import typst

from envoy_app.domain.errors import EnvironmentProblem

# First found wins. The text face also carries Latin letters and figures; both lists name the
# families as the font files do, Windows first in neither: a computer rarely has more than one.
SANS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "Microsoft YaHei",
    "Microsoft YaHei UI",
    "PingFang SC",
    "HarmonyOS Sans SC",
    "Sarasa Gothic SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "DengXian",
    "SimHei",
    "Droid Sans Fallback",
)
TITLE = (
    "FZXiaoBiaoSong-B05S",
    "FZXiaoBiaoSong-B05",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Serif SC",
    "STZhongsong",
    "SimSun",
    "NSimSun",
)
# Rare characters of names (beyond the BMP) that the text face may lack.
RARE = ("Noto Sans CJK SC", "SimSun-ExtB", "SimSun-ExtG", "Droid Sans Fallback", "TW-Sung-Ext-B")

NO_FONT = (
    "这台电脑上没有可用的中文字体，无法生成 PDF，请安装后再打印"
    "（Debian 或 Ubuntu 执行 apt install fonts-noto-cjk）。"
)


@dataclass(frozen=True, slots=True)
class FontChoice:
    """Font families in order of preference for running text and for titles."""

    text: tuple[str, ...]
    title: tuple[str, ...]


def choose_fonts(families: Collection[str]) -> FontChoice:
    """Choose from the families a computer has.

    Raises:
        EnvironmentProblem: none of them is known to hold Chinese.
    """
    sans = _present(SANS, families)
    title = _present(TITLE, families)
    if not sans and not title:
        raise EnvironmentProblem(NO_FONT)
    rare = _present(RARE, families)
    text = (*(sans or title)[:1], *rare)
    heading = (*(title or sans)[:1], *text)
    return FontChoice(tuple(dict.fromkeys(text)), tuple(dict.fromkeys(heading)))


def _present(wanted: Iterable[str], families: Collection[str]) -> list[str]:
    # Font files differ in the case of their names between versions, and typst does not care.
    known = {family.casefold() for family in families}
    return [name for name in wanted if name.casefold() in known]


@cache
def installed_families() -> frozenset[str]:
    """Return the font families of this computer; read once, since it takes 0.2 s."""
    return frozenset(typst.Fonts(include_embedded_fonts=False).families())
