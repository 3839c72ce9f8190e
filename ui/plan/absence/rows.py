"""The two lists of the absence assistant: the visits hit, and what can be done about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.absences import OptionVerdict
from envoy_app.domain.editing import AbsenceHit, AbsenceOption
from envoy_app.domain.plans import EnvoyCard, VisitView
from ui import theme
from ui.icons import IconName, icon
from ui.plan.labels import Labels
from ui.tables import RIGHT, Column

JUDGING = "正在判断…"


def tr(text: str) -> str:
    """Translate a text of this module."""
    return QCoreApplication.translate("Absence", text)


@dataclass(frozen=True, slots=True)
class HitRow:
    """A visit that somebody would miss, with what is chosen for it."""

    place: int
    """Number of the hit."""
    visit: VisitView
    when: str
    county: str
    what: str
    choice: str
    verdict: OptionVerdict | None
    """None while it is judged."""

    @property
    def state(self) -> str:
        """Whether the choice goes together with the others."""
        if self.verdict is None:
            return JUDGING
        return tr("合适") if self.verdict.fits else tr("有冲突")

    @property
    def effect(self) -> str:
        """What the choice changes, or why it does not fit."""
        return effect(self.verdict)


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One way to get by on the visit looked at."""

    place: int
    """Number of the option."""
    option: AbsenceOption
    verdict: OptionVerdict | None
    chosen: bool
    county: str
    week_limit: str

    @property
    def state(self) -> str:
        """Whether it is chosen, and whether it goes together with the other choices."""
        if self.verdict is not None and not self.verdict.fits:
            return tr("已选，冲突") if self.chosen else tr("冲突")
        return tr("已选") if self.chosen else JUDGING if self.verdict is None else tr("可选")

    @property
    def travel(self) -> str:
        """How far somebody comes who would come instead."""
        minutes = self.verdict.travel_minutes if self.verdict else None
        return "" if minutes is None else tr("{0} 分钟").format(minutes)

    @property
    def load(self) -> str:
        """How much he or she would have to do, this visit included."""
        if self.verdict is None or self.verdict.week_slots is None:
            return ""
        return tr("周 {0} 全期 {1}").format(
            self.week_limit.format(self.verdict.week_slots), self.verdict.plan_slots
        )


def told(row: OptionRow) -> str:
    """Return an option and what comes of it as one sentence."""
    said = effect(row.verdict)
    return f"{row.option.text}：{said}。" if said else row.option.text


def effect(verdict: OptionVerdict | None) -> str:
    """Return what comes of an option in people's words, or the rules it breaks."""
    if verdict is None:
        return ""
    if not verdict.fits:
        return "；".join(rule.text.rstrip("。") for rule in verdict.broken)
    return "，".join(word.rstrip("。") for word in verdict.words)


def hit_row(
    labels: Labels,
    place: int,
    visit: VisitView,
    option: AbsenceOption,
    verdict: OptionVerdict | None,
) -> HitRow:
    """Return the row of a visit hit."""
    return HitRow(
        place=place,
        visit=visit,
        when=labels.when(visit),
        county=labels.county_short(visit.county),
        what=labels.specialties(visit),
        choice=option.text,
        verdict=verdict,
    )


def option_rows(
    labels: Labels, hit: AbsenceHit, verdicts: Sequence[OptionVerdict] | None, chosen: int
) -> tuple[OptionRow, ...]:
    """Return the rows of all options of a visit hit, best first."""
    return tuple(
        OptionRow(
            place=place,
            option=option,
            verdict=verdicts[place] if verdicts else None,
            chosen=place == chosen,
            county=_county(labels, option.envoy),
            week_limit=f"{{0}}/{option.envoy.max_slots_week}" if option.envoy else "",
        )
        for place, option in enumerate(hit.options)
    )


def _county(labels: Labels, card: EnvoyCard | None) -> str:
    code = (card.team_county or card.base_county) if card else None
    return labels.county_short(code) if code else ""


def hit_columns() -> list[Column[HitRow]]:
    """Return the columns of the visits hit."""
    px = theme.px
    return [
        Column("when", tr("时间"), lambda r: r.when, sort=_start, width=px(27)),
        Column("county", tr("县"), lambda r: r.county, width=px(14)),
        Column("what", tr("服务"), lambda r: r.what, width=px(22), flex=1),
        Column("choice", tr("安排"), lambda r: r.choice, width=px(36), flex=2),
        Column(
            "state",
            tr("合不合"),
            lambda r: r.state,
            width=px(20),
            tooltip=lambda r: r.effect,
            decoration=lambda r: _mark(r.verdict),
            color=lambda r: _colour(r.verdict),
        ),
        Column("effect", tr("影响"), lambda r: r.effect, width=px(36), hidden=True),
    ]


def option_columns() -> list[Column[OptionRow]]:
    """Return the columns of the options."""
    px = theme.px
    return [
        Column(
            "option",
            tr("办法"),
            lambda r: r.option.text,
            width=px(41),
            tooltip=_told,
            decoration=_dot,
        ),
        Column(
            "state",
            tr("合不合"),
            lambda r: r.state,
            width=px(17),
            tooltip=lambda r: effect(r.verdict),
            color=lambda r: _colour(r.verdict),
        ),
        Column("title", tr("职称"), lambda r: _card(r.option, "title"), width=px(20)),
        Column("county", tr("县"), lambda r: r.county, width=px(13)),
        Column("travel", tr("单程"), lambda r: r.travel, _travel, RIGHT, width=px(17)),
        Column("load", tr("半天"), lambda r: r.load, width=px(26)),
        Column("phone", tr("电话"), lambda r: _card(r.option, "phone"), width=px(25)),
        Column("effect", tr("影响"), lambda r: effect(r.verdict), width=px(36), flex=1),
    ]


def _start(row: HitRow) -> object:
    return (row.visit.start.date, row.visit.start.half) if row.visit.start else None


def _travel(row: OptionRow) -> object:
    minutes = row.verdict.travel_minutes if row.verdict else None
    return 0 if minutes is None else minutes


def _card(option: AbsenceOption, field: str) -> str:
    return str(getattr(option.envoy, field)) if option.envoy else ""


def _told(row: OptionRow) -> str:
    card = row.option.envoy
    who = (card.name, card.title, card.organisation, card.phone) if card else (row.option.text,)
    return "\n".join(part for part in (*who, row.travel, row.load, effect(row.verdict)) if part)


def _mark(verdict: OptionVerdict | None) -> object:
    if verdict is None:
        return None
    colours = theme.tokens()
    if verdict.fits:
        return icon(IconName.CHECK, colours.accent)
    return icon(IconName.WARNING, colours.danger)


def _colour(verdict: OptionVerdict | None) -> str | None:
    return None if verdict is None or verdict.fits else "danger"


def _dot(row: OptionRow) -> object:
    return icon(IconName.DONE if row.chosen else IconName.TODO, theme.tokens().accent)
