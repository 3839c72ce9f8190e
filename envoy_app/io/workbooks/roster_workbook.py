"""The roster as a workbook: what offices know in front, terms of service behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from envoy_app.domain.conditions import CONDITIONS
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import Envoy
from envoy_app.domain.titles import read_title
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.io.workbooks.table_sheet import Column, TableLayout, fill_table
from envoy_app.io.workbooks.workbook_file import new_workbook, save_workbook

SHEET = "特派员名册"
_CENTRED = True
_RANKS = {0: "初级", 1: "中级", 2: "副高", 3: "正高"}

PRINTED = (
    Column("序号", 6, _CENTRED),
    Column("姓名", 11, text=True),
    Column("性别", 6, _CENTRED),
    Column("出生年月", 11, _CENTRED, text=True),
    Column("身份证号", 20, _CENTRED, text=True),
    Column("派出单位", 30),
    Column("职务", 11),
    Column("职称", 13),
    Column("专业领域", 24),
    Column("联系电话", 13, _CENTRED, text=True),
    Column("常驻县(市、区)", 12),
    Column("服务县(市、区)", 12),
    Column("团内职务", 9, _CENTRED),
    Column("备注", 15),
)
BESIDE = (
    Column("学历", 9, _CENTRED),
    Column("所学专业", 16),
    Column("联系电话(座机)", 15, _CENTRED, text=True),
    Column("服务期限", 22, _CENTRED, text=True),
)
_NUMBERS = frozenset({"week", "month", "target", "travel"})
_CONDITION_WIDTHS = {"levels": 26.0, "absences": 30.0}
_FOOTNOTE = (
    "注：打印到“备注”列为止，后面各列供查看和再次导入；改好后可直接导入。"
    "“不能出勤”一行写一段，如 2026-12-07至2026-12-11（教学周）。"
)


def write_roster_workbook(
    path: Path,
    envoys: Sequence[Envoy],
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    made: datetime,
) -> None:
    """Write envoys to `path` (.xlsx); the import reads it back with no difference.

    Raises OSError where the file cannot be written.
    """
    book = new_workbook(made)
    mark = "（示例数据）" if any(envoy.sample for envoy in envoys) else ""
    condition_columns = tuple(
        Column(
            item.header,
            _CONDITION_WIDTHS.get(item.kind, 10.0),
            centred=item.kind not in _CONDITION_WIDTHS,
            wrap=item.kind not in _CONDITION_WIDTHS,
        )
        for item in CONDITIONS
    )
    layout = TableLayout(
        f"农业科技特派员名册{mark}",
        f"共 {len(envoys)} 人    导出时间 {made:%Y-%m-%d %H:%M}",
        (*PRINTED, *BESIDE, *condition_columns),
        _FOOTNOTE,
        printed=len(PRINTED),
    )
    row = _Rows(gazetteer, vocabulary)
    fill_table(
        book.create_sheet(SHEET), layout, [row.of(n, envoy) for n, envoy in enumerate(envoys, 1)]
    )
    save_workbook(book, path, made)


class _Rows:
    """An envoy's cells."""

    def __init__(self, gazetteer: Gazetteer, vocabulary: Vocabulary) -> None:
        self._counties = gazetteer.by_code
        self._specialty: Callable[[str], str] = vocabulary.name

    def of(self, number: int, envoy: Envoy) -> tuple[object, ...]:
        mobiles = [phone for phone in envoy.phones if phone.startswith("1")]
        fixed = [phone for phone in envoy.phones if not phone.startswith("1")]
        return (
            number, envoy.name, envoy.gender, envoy.birth, envoy.id_number, envoy.organisation,
            envoy.post, title_text(envoy),
            "、".join(self._specialty(skill.specialty) for skill in envoy.skills),
            "、".join(mobiles), self._county(envoy.base_county),
            "、".join(map(self._county, team_codes(envoy))), envoy.team_role, envoy.remarks,
            envoy.education, envoy.major, "、".join(fixed), term_text(envoy),
            *self._conditions(envoy),
        )  # fmt: skip

    def _conditions(self, envoy: Envoy) -> Iterator[object]:
        for item in CONDITIONS:
            text = item.write(envoy, self._specialty)
            yield int(text) if item.kind in _NUMBERS else text

    def _county(self, code: str | None) -> str:
        county = self._counties.get(code or "")
        return county.name if county else code or ""


def team_codes(envoy: Envoy) -> tuple[str, ...]:
    """Return the counties an envoy serves, that of the team first."""
    first = (envoy.team_county,) if envoy.team_county else ()
    return tuple(dict.fromkeys((*first, *envoy.team_counties)))


def title_text(envoy: Envoy) -> str:
    """Return the title, with its rank where the title alone says another."""
    if not envoy.title or read_title(envoy.title) == (envoy.title, envoy.title_rank):
        return envoy.title
    return f"{envoy.title}（{_RANKS[envoy.title_rank]}）"


def term_text(envoy: Envoy) -> str:
    """Return the term of service, "" where it has no beginning."""
    return f"{envoy.term_start}至{envoy.term_end}" if envoy.term_start else ""
