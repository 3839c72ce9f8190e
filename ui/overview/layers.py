"""The layers of the map: how each county is filled, what it says, what its colours mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QBrush

from envoy_app.domain.coverage import CoverageState
from envoy_app.services.map_layers import Flow, Lack, MapFigures, Month
from ui import theme

STEPS = 5
Brush = Callable[[], QBrush]


def _tr(text: str) -> str:
    return QCoreApplication.translate("MapLayers", text)


class Layer(StrEnum):
    """What the map shows."""

    COVERAGE = "coverage"
    VISITS = "visits"
    LACKS = "lacks"
    FLOWS = "flows"


def layer_names() -> dict[Layer, tuple[str, str]]:
    """Return each layer's name, and what it answers."""
    return {
        Layer.COVERAGE: (_tr("覆盖"), _tr("各县是否按覆盖标准排满")),
        Layer.VISITS: (_tr("场次"), _tr("各县每月排了多少场下乡服务")),
        Layer.LACKS: (_tr("缺口"), _tr("各县还有多少场没排上，可按专业领域看")),
        Layer.FLOWS: (_tr("借调"), _tr("哪个县的特派员去支援了哪个县")),
    }


@dataclass(frozen=True)
class LegendEntry:
    """A fill and what it means."""

    text: str
    brush: Brush


@dataclass(frozen=True)
class MapPicture:
    """All that the map paints; brushes are asked for at every painting, for the theme's sake.

    `numbers` stand beside the names of counties, `tip` is what is said of one at the pointer.
    """

    title: str
    brush: Callable[[str], QBrush]
    tip: Callable[[str], str]
    numbers: Mapping[str, str] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    legend_title: str = ""
    note: str = ""


def plain_picture(
    tip: Callable[[str], str], states: Mapping[str, CoverageState] | None = None
) -> MapPicture:
    """Return the picture of the coverage; without states all counties are grey."""
    known = states or {}
    return MapPicture(
        title=_tr("覆盖情况"),
        brush=lambda code: theme.coverage_brush(known.get(code, CoverageState.NONE)),
        tip=tip,
        legend=tuple(
            LegendEntry(state.label, lambda state=state: theme.coverage_brush(state))  # type: ignore[misc]  # mypy takes the default for an argument
            for state in CoverageState
        ),
    )


@dataclass(frozen=True)
class Steps:
    """Whole numbers from 1 to `most` in at most five classes of the same width."""

    most: int
    width: int
    lacking: bool = False

    @classmethod
    def of(cls, numbers: Sequence[int], *, lacking: bool = False) -> Steps:
        """Return the classes for some numbers, of what is lacking or of what is given."""
        most = max(numbers, default=0)
        return cls(most, max(1, -(-most // STEPS)), lacking)

    def brush(self, number: int) -> QBrush:
        """Return how an area with a number is filled."""
        return QBrush(theme.scale_color(self.share(number), lacking=self.lacking))

    def share(self, number: int) -> float:
        """Return 0 for none … 1 for the highest class."""
        count = -(-self.most // self.width) if self.most else 0
        return 0.0 if number <= 0 else -(-number // self.width) / count

    def legend(self) -> tuple[LegendEntry, ...]:
        """Return what the fills mean."""
        entries = [LegendEntry(_tr("无"), lambda: self.brush(0))]
        for first in range(1, self.most + 1, self.width):
            last = first + self.width - 1
            text = f"{first}" if first == last else f"{first}–{last}"
            entries.append(LegendEntry(text, lambda last=last: self.brush(last)))  # type: ignore[misc]  # as above
        return tuple(entries)


def month_name(month: Month | None) -> str:
    """Return 2026 年 12 月, or 全期."""
    return _tr("全期") if month is None else _tr("{0} 年 {1} 月").format(*month)


def visits_picture(
    figures: MapFigures, month: Month | None, name: Callable[[str], str]
) -> MapPicture:
    """Return how many visits each county gets."""
    counts = figures.visits_in(month)
    steps = Steps.of(tuple(counts.values()))
    return MapPicture(
        title=_tr("{month}下乡场次").format(month=month_name(month)),
        brush=lambda code: steps.brush(counts.get(code, 0)),
        tip=lambda code: _tr("{county}\n{month}排了 {n} 场").format(
            county=name(code), month=month_name(month), n=counts.get(code, 0)
        ),
        numbers={code: str(count) for code, count in counts.items()},
        legend=steps.legend(),
        legend_title=_tr("场次"),
        note=_tr("按开始日期计入各月"),
    )


def lacks_picture(
    figures: MapFigures, specialty: str, title: str, name: Callable[[str], str]
) -> MapPicture:
    """Return how many visits each county lacks; `specialty` "" counts all."""
    none = Lack(0, 0)
    lacks = figures.lacks.get(specialty or None, {})
    steps = Steps.of([lack.visits for lack in lacks.values()], lacking=True)

    def tip(code: str) -> str:
        lack = lacks.get(code, none)
        if not lack.visits:
            return _tr("{county}\n{title}：不缺").format(county=name(code), title=title)
        text = _tr("{county}\n{title}：{n} 场没排上，缺 {seats} 人次")
        return text.format(county=name(code), title=title, n=lack.visits, seats=lack.seats)

    return MapPicture(
        title=_tr("缺口：{title}").format(title=title),
        brush=lambda code: steps.brush(lacks.get(code, none).visits),
        tip=tip,
        numbers={code: str(lack.visits) for code, lack in lacks.items()},
        legend=steps.legend(),
        legend_title=_tr("没排上的场次"),
        note="" if lacks else _tr("没有缺口"),
    )


def flows_picture(figures: MapFigures, name: Callable[[str], str]) -> MapPicture:
    """Return who helps whom; counties are filled by the help that they get."""
    borrowed = {code: figures.borrowed(code) for code in {flow.target for flow in figures.flows}}
    steps = Steps.of(tuple(borrowed.values()))

    def tip(code: str) -> str:
        lines = [name(code)]
        lines.append(
            _tr("借入 {a} 人次，借出 {b} 人次").format(
                a=borrowed.get(code, 0), b=figures.lent(code)
            )
        )
        for flow in [item for item in figures.flows if code in (item.source, item.target)][:6]:
            other = flow.target if flow.source == code else flow.source
            way = _tr("去 {0}：") if flow.source == code else _tr("来自 {0}：")
            detail = _tr("{n} 人次（{people} 人）").format(n=flow.seats, people=flow.people)
            lines.append(way.format(name(other)) + detail)
        return "\n".join(lines)

    return MapPicture(
        title=_tr("特派员跨县支援"),
        brush=lambda code: steps.brush(borrowed.get(code, 0)),
        tip=tip,
        numbers={code: str(count) for code, count in borrowed.items()},
        flows=figures.flows,
        legend=(
            *steps.legend(),
            LegendEntry(_tr("选中的县借出"), lambda: QBrush(theme.tokens().text)),
            LegendEntry(_tr("借入"), lambda: QBrush(theme.tokens().changed)),
        )
        if figures.flows
        else steps.legend(),
        legend_title=_tr("借入人次"),
        note=_tr("箭头越粗人次越多，指到一个县看它的全部往来")
        if figures.flows
        else _tr("各县的服务都由本县的特派员承担"),
    )
