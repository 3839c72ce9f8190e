"""The inspector: everything about the visit, county or envoy that is selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from envoy_app.domain.coverage import CountyCoverage
from envoy_app.domain.editing import RemovePerson
from envoy_app.domain.plans import EnvoyCard, VisitView
from ui.details import DetailsPanel, Facts, Link, Section
from ui.plan.labels import Labels, Person

INSPECTOR_WIDTH = 268
NOTHING = "点选一项服务、一个县或一位特派员，这里显示详情。"


class Inspector(DetailsPanel):
    """Shows one subject of a plan.

    Signals: `visit_requested`, `county_requested`, `envoy_requested` (ids) when a link is followed;
    `substitutes_requested` the number of a seat of the visit shown; `absence_requested` the envoy
    (id) who cannot come; `subject_shown` after anything is shown; `command_chosen` what sends
    somebody home.
    """

    visit_requested = Signal(str)
    county_requested = Signal(str)
    envoy_requested = Signal(str)
    substitutes_requested = Signal(int)
    absence_requested = Signal(str)
    subject_shown = Signal()
    command_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(NOTHING, parent)
        self.setAccessibleName(self.tr("所选内容的详情"))
        self._labels: Labels | None = None
        self._subject: tuple[str, str] | None = None

    @property
    def subject(self) -> tuple[str, str] | None:
        """What is shown: visit, county or envoy, and its id."""
        return self._subject

    @property
    def labels(self) -> Labels | None:
        """The plan, in words."""
        return self._labels

    @property
    def visit(self) -> VisitView | None:
        """The visit that is shown."""
        kind, key = self._subject or ("", "")
        if self._labels is None or kind != "visit":
            return None
        return next((visit for visit in self._labels.plan.visits if visit.id == key), None)

    def set_plan(self, labels: Labels | None) -> None:
        """Take another plan; what is shown stays where it is still there."""
        before, shown = self._labels, self._about()
        self._labels = labels
        if labels and before and labels.same_names(before) and self._about() == shown:
            self.subject_shown.emit()  # the same to the eye, but another plan
        else:
            self._show()

    def show_again(self) -> None:
        """Show the same subject: something else is known of it."""
        self._show()

    def _about(self) -> tuple[object, ...]:
        """All of the plan that what is shown depends on."""
        kind, key = self._subject or ("", "")
        if self._labels is None:
            return ()
        plan = self._labels.plan
        if kind == "visit":
            broken = self._labels.broken.get(key, ())
            return (*(visit for visit in plan.visits if visit.id == key), *broken)
        if kind == "county":
            coverage = (item for item in plan.coverage if item.county == key)
            return (*(visit for visit in plan.visits if visit.county == key), *coverage)
        return tuple(visit for visit in plan.visits if key in visit.envoys) if key else ()

    def show_visit(self, visit_id: str) -> None:
        """Show a visit."""
        self._set(("visit", visit_id))

    def show_county(self, code: str) -> None:
        """Show a county and its visits."""
        self._set(("county", code))

    def show_envoy(self, envoy_id: str) -> None:
        """Show an envoy and the visits he or she goes on."""
        self._set(("envoy", envoy_id))

    def show_group(self, title: str, subtitle: str, sections: Sequence[Section]) -> None:
        """Show several visits at once, as told; another plan takes it away."""
        self._subject = ("group", title)
        self.show_details(title, subtitle, sections)
        self.subject_shown.emit()

    def show_nothing(self) -> None:
        """Show what can be selected."""
        self._set(None)

    def _set(self, subject: tuple[str, str] | None) -> None:
        if subject != self._subject:
            self._subject = subject
            self._show()

    def _show(self) -> None:
        kind, key = self._subject or ("", "")
        labels, visit = self._labels, self.visit
        if labels and kind == "county":
            self._show_county(labels, key)
        elif labels and kind == "envoy" and key in labels.plan.envoys:
            self._show_envoy(labels, labels.plan.envoys[key])
        elif labels and visit:
            self._show_visit(labels, visit)
        else:
            self.clear()
        self.subject_shown.emit()

    # A visit ---------------------------------------------------------------------------------

    def _show_visit(self, labels: Labels, visit: VisitView) -> None:
        codes = dict.fromkeys(role.specialty for role in visit.roles)
        county = Link(
            labels.county(visit.county), partial(self.county_requested.emit, visit.county)
        )
        what = Section(
            self.tr("下乡服务"),
            facts=_visit_facts(labels, visit),
            chips=[(code, labels.specialty(code)) for code in codes],
            links=[Link(self.tr("看{0}的全部服务").format(county.text), county.run)],
        )
        sections = [what]
        if visit.held:
            people = enumerate(labels.people(visit))
            sections += [self._person(visit, person, seat) for seat, person in people]
        else:
            why = visit.reasons or (self.tr("没有记录原因"),)
            link = Link(self.tr("可派人选"), partial(self.substitutes_requested.emit, 0))
            sections.insert(0, Section(self.tr("为什么没有排上"), lines=why, links=[link]))
            if visit.cures:
                sections.insert(1, Section(self.tr("怎样可以排上（任选一项）"), lines=visit.cures))
        if conflicts := labels.conflicts(visit):
            sections.insert(0, Section(self.tr("现在违反的规则"), lines=conflicts))
        title = " ".join(part for part in (labels.county(visit.county), visit.place) if part)
        when = labels.when(visit) if visit.held else self.tr("未排")
        self.show_details(title, when, sections)

    def _person(self, visit: VisitView, person: Person, seat: int) -> Section:
        need = f"{person.specialty} {person.level}及以上" if person.level else person.specialty
        others = partial(self.substitutes_requested.emit, seat)
        if person.card is None:
            missing = Link(self.tr("可派人选"), others)
            return Section(self.tr("缺 1 人"), facts=((self.tr("需要"), need),), links=[missing])
        card = person.card
        facts = (
            (self.tr("单位"), card.organisation),
            (self.tr("电话"), card.phone),
            (self.tr("担任"), need),
        )
        links = [
            Link(self.tr("看这位特派员的全部服务"), partial(self.envoy_requested.emit, card.id)),
            Link(self.tr("可替换人选"), others),
            self._absence(card),
        ]
        if any(role.count > 1 and card.id in role.envoys for role in visit.roles):
            fewer = partial(self.command_chosen.emit, RemovePerson(visit.id, card.id))
            links.append(Link(self.tr("不再派这位"), fewer))
        return Section(
            f"{card.name} {card.title}".strip(),
            facts=facts,
            links=links,
            grab=card.id,
            grab_hint=self.tr("拖到排班表的一项服务上，改派这位；按住 Ctrl 是增派"),
        )

    def person_at(self, where: QPoint) -> EnvoyCard | None:
        """Return the person whose name lies at a point."""
        return self._labels.plan.envoys.get(self.grab_at(where)) if self._labels else None

    # A county, an envoy ----------------------------------------------------------------------

    def _show_county(self, labels: Labels, code: str) -> None:
        own = [visit for visit in labels.plan.visits if visit.county == code]
        left = [visit for visit in own if not visit.held]
        found = next((item for item in labels.plan.coverage if item.county == code), None)
        sections = [
            *_coverage_sections(labels, found),
            self._visits(
                self.tr("已排 {0} 项").format(len(own) - len(left)), labels, _by_start(own), False
            ),
        ]
        if left:
            title = self.tr("未排 {0} 项").format(len(left))
            sections.insert(1, self._visits(title, labels, left, False))
        state = found.state.label if found else ""
        subtitle = " · ".join(part for part in (labels.city(code), state) if part)
        self.show_details(labels.county(code), subtitle, sections)

    def _show_envoy(self, labels: Labels, card: EnvoyCard) -> None:
        own = [visit for visit in labels.plan.held if card.id in visit.envoys]
        slots = sum(visit.slots for visit in own)
        team = f"{labels.county(card.team_county)}县团" if card.team_county else self.tr("机动")
        facts = (
            (self.tr("单位"), card.organisation),
            (self.tr("电话"), card.phone),
            (self.tr("县团"), team),
            (self.tr("驻地"), labels.county(card.base_county) if card.base_county else ""),
            (self.tr("本方案"), self.tr("{0} 半天").format(slots)),
            (
                self.tr("上限"),
                self.tr("每周 {0}、每月 {1} 半天").format(
                    card.max_slots_week, card.max_slots_month
                ),
            ),
        )
        chips = [(code, labels.specialty(code)) for code in card.specialties]
        sections = [
            Section(self.tr("专业领域"), chips=chips, empty=self.tr("没有填写")),
            Section(self.tr("特派员"), facts=facts, links=[self._absence(card)]),
            self._visits(self.tr("下乡服务 {0} 项").format(len(own)), labels, _by_start(own), True),
        ]
        self.show_details(card.name, card.title, sections)

    def _absence(self, card: EnvoyCard) -> Link:
        return Link(self.tr("请假替班…"), partial(self.absence_requested.emit, card.id))

    def _visits(
        self, title: str, labels: Labels, visits: Sequence[VisitView], with_county: bool
    ) -> Section:
        links = []
        for visit in visits:
            who = labels.county_short(visit.county) if with_county else labels.names(visit)
            when = labels.when(visit) if visit.held else labels.window(visit)
            parts = (when, labels.brief(visit), who)
            text = " · ".join(part for part in parts if part)
            links.append(Link(text, partial(self.visit_requested.emit, visit.id)))
        return Section(title, links=links, empty=self.tr("没有"))


def _visit_facts(labels: Labels, visit: VisitView) -> Facts:
    facts = (
        ("时间窗", labels.window(visit)),
        ("时长", labels.length(visit)),
        ("地点", visit.place or "由县里定"),
        ("形式", visit.mode),
        ("内容", visit.content),
        ("联系人", f"{visit.contact} {visit.contact_phone}".strip()),
        ("人数", f"{labels.seats(visit)} 人"),
        ("来源", visit.origin.value),
        ("权重", str(visit.weight)),
        ("锁定", "已锁定" if visit.locked else ""),
    )
    return tuple((name, value) for name, value in facts if value)


def _coverage_sections(labels: Labels, found: CountyCoverage | None) -> list[Section]:
    if found is None:
        return []
    facts = tuple(
        (
            labels.specialty(line.specialty) if line.specialty else "合计",
            f"{line.held}/{line.needed} 次" + (f"，缺 {line.shortfall}" if line.shortfall else ""),
        )
        for line in found.lines
    )
    return [Section("覆盖标准", facts=facts, lines=found.reasons, empty="没有覆盖要求")]


def _by_start(visits: Iterable[VisitView]) -> list[VisitView]:
    held = [(visit.start, visit.id, visit) for visit in visits if visit.start is not None]
    return [visit for _, _, visit in sorted(held, key=lambda item: item[:2])]
