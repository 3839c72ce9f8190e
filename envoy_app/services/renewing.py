"""Today's roster, teams, calendar, standard and demands brought into a plan that there is.

Nothing is solved: what still stands stays as it is held, what does not is left out, and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import solver
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.errors import PlanRejected
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import PlanState, PlanView, VisitView
from envoy_app.domain.renewing import Renewal, RenewalItem, RenewalKind
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.instances import BuiltInstance
from envoy_app.services.plan_figures import NO_BOUND, with_figures
from envoy_app.services.plan_instances import (
    VisitMaker,
    amended,
    assignments_of,
    with_visits,
)
from envoy_app.services.plan_notices import VisitWords
from envoy_app.services.renewal_settling import Settling
from envoy_app.services.renewal_visits import Seater, Seating, matched
from envoy_app.services.rule_words import RuleWords, visit_name

_NEW = "按现在的数据新增，还没有安排。"
_GONE_STATES = frozenset({DemandState.REJECTED, DemandState.CANCELLED})
_ORDER = list(RenewalKind)


@dataclass(frozen=True)
class Before:
    """A version with the instance it was planned from, and today's records by id."""

    view: PlanView
    planned: solver.Instance
    people: Mapping[str, Envoy]
    demands: Mapping[str, Demand]


@dataclass(frozen=True)
class Renewing:
    """Makes one version anew.

    Attributes:
        before: What it comes from.
        built: What planning would plan today.
    """

    before: Before
    built: BuiltInstance
    gazetteer: Gazetteer
    vocabulary: Vocabulary

    def run(self) -> tuple[Renewal, solver.Instance]:
        """Return what changes, with the new version, and the instance to store with it.

        Raises PlanRejected should the new version break a rule.
        """
        seatings = dict(self._seatings())
        settling = self._settled(seatings)
        visits = tuple(self._final(seating, settling) for seating in seatings.values())
        instance = replace(self._stored, baseline=self._baseline())
        plan = self._plan(visits, instance)
        items = sorted((*self._items(seatings, settling), *self._gone()), key=_place)
        return self._renewal(plan, instance, tuple(items)), instance

    # The visits ------------------------------------------------------------------------------

    @cached_property
    def _old(self) -> dict[str, VisitView]:
        return {visit.id: visit for visit in self.before.view.visits}

    @cached_property
    def _fresh(self) -> solver.Instance:
        """Today's instance; a county that was let have more visits at a time still may."""
        fresh = solver.parse_instance(self.built.problem)
        old = amended(self.before.planned, self.before.view).county_by_id

        def county(item: solver.County) -> solver.County:
            most = old[item.id].max_visits_per_slot if item.id in old else 0
            return replace(item, max_visits_per_slot=max(most, item.max_visits_per_slot))

        return replace(fresh, counties=tuple(map(county, fresh.counties)))

    @cached_property
    def _lasting(self) -> tuple[VisitView, ...]:
        """Visits that planning does not ask for but that stay: added by hand, or done already."""
        return tuple(visit for visit in self.before.view.visits if self._lasts(visit))

    def _lasts(self, visit: VisitView) -> bool:
        demand = self.before.demands.get(visit.demand_id) if visit.demand_id else None
        if visit.by_hand is not None:
            return not visit.demand_id or (demand is not None and demand.state not in _GONE_STATES)
        return visit.held and demand is not None and demand.state is DemandState.DONE

    @cached_property
    def _pairs(self) -> dict[str, VisitView]:
        lasting = {visit.id for visit in self._lasting}
        others = (
            visit
            for visit in self.before.view.visits
            if visit.id not in lasting and visit.by_hand is None
        )
        asked = (visit for visit in self.built.visits if visit.id not in lasting)
        return matched(others, asked)

    @cached_property
    def _stored(self) -> solver.Instance:
        """Today's instance with the visits that last."""
        maker = VisitMaker(self.before.planned)
        people = self._fresh.envoy_by_id
        lasting = []
        for view in self._lasting:
            visit = maker.visit(self._seater.keep(view).view)
            wanted = tuple(envoy for envoy in visit.exclude if envoy in people)
            lasting.append(replace(visit, series=None, exclude=wanted, pin=None))
        kept = {visit.id for visit in lasting}
        asked = (visit for visit in self._fresh.visits if visit.id not in kept)
        return replace(self._fresh, visits=(*asked, *lasting))

    @cached_property
    def _seater(self) -> Seater:
        return Seater(self.before.planned, self._fresh, self._missing)

    @cached_property
    def _missing(self) -> dict[str, str]:
        """Why people of the version cannot be sent any more, by id."""
        known = self._fresh.envoy_by_id
        sent = {envoy for visit in self.before.view.held for envoy in visit.envoys}
        everybody = self.before.view.envoys.keys() | sent
        return {key: self._why_missing(key) for key in everybody - known.keys()}

    def _why_missing(self, key: str) -> str:
        card, person = self.before.view.envoys.get(key), self.before.people.get(key)
        name = card.name if card else person.name if person else key
        if person is None:
            return f"特派员{name}已不在名册"
        if not person.active:
            return f"特派员{name}已停用"
        return f"特派员{name}" + ("没有可用的专业领域" if person.home else "没有常驻县和县团")

    def _seatings(self) -> Iterator[tuple[str, Seating]]:
        lasting = {visit.id: visit for visit in self._lasting}
        for visit in self.built.visits:
            if visit.id in lasting:
                continue
            old = self._pairs.get(visit.id)
            if old is None:
                yield visit.id, Seating(replace(visit, reasons=(_NEW,)))
            else:
                yield visit.id, self._seater.seat(old, visit)
        for key, visit in lasting.items():
            yield key, self._seater.keep(visit)

    def _source(self, key: str) -> VisitView | None:
        """The visit of the old version that a new one is."""
        return self._pairs.get(key) or self._old.get(key if key in self._lasting_ids else "")

    @cached_property
    def _lasting_ids(self) -> frozenset[str]:
        return frozenset(visit.id for visit in self._lasting)

    # What falls off --------------------------------------------------------------------------

    def _settled(self, seatings: Mapping[str, Seating]) -> Settling:
        views = [seating.view for seating in seatings.values()]
        unlocked = [replace(view, date_locked=False, people_locked=False) for view in views]
        bare = with_visits(self._stored, self._stored, unlocked)
        held = {item.visit: item for item in assignments_of(views)}
        settling = Settling(bare, held, frozenset(view.id for view in views if view.locked))
        settling.settle()
        return settling

    def _final(self, seating: Seating, settling: Settling) -> VisitView:
        view = seating.view
        old = self._source(view.id)
        if view.id in settling.held or old is None or old.start is None:
            return view
        why = self._why_off(seating, settling).rstrip("。")
        was = f"{self._words.when(old)} {self._words.names(old.envoys)}"
        roles = tuple(replace(role, envoys=()) for role in view.roles)
        reason = f"{why}，原定 {was} 的安排取消。"
        return replace(
            view,
            start=None,
            roles=roles,
            reasons=(reason,),
            date_locked=False,
            people_locked=False,
        )

    def _why_off(self, seating: Seating, settling: Settling) -> str:
        if seating.why_not:
            return seating.why_not
        return self._rules.broken(settling.off[seating.view.id]).text

    @cached_property
    def _rules(self) -> RuleWords:
        view = replace(self.before.view, envoys={**self.before.view.envoys, **self.built.cards})
        return RuleWords(self._stored, (), view, self.gazetteer, self.vocabulary)

    # The version -----------------------------------------------------------------------------

    def _plan(self, visits: tuple[VisitView, ...], stored: solver.Instance) -> PlanView:
        info = replace(self.before.view.info, bounds=NO_BOUND, sample=self.built.sample)
        plan = PlanView(info, self.built.days, visits, self.built.cards, ())
        instance = amended(stored, plan)
        report = solver.check(instance, assignments_of(visits))
        if report.violations:
            raise PlanRejected(
                f"更新后的方案没有通过核对（{report.violations[0].message}），没有保存，请重新排班。"
            )
        return with_figures(plan, instance, report, self.vocabulary.name)

    def _baseline(self) -> tuple[solver.Assignment, ...]:
        """What is counted against: the version itself where people were told of it.

        Visits and people that are gone cannot be counted.
        """
        view, known = self.before.view, self._fresh.envoy_by_id
        published = view.info.state is not PlanState.DRAFT
        source = assignments_of(view.visits) if published else self.before.planned.baseline
        now = {old.id: key for key, old in self._pairs.items()}
        now |= {key: key for key in self._lasting_ids}
        return tuple(
            replace(
                item,
                visit=now[item.visit],
                roles=tuple(tuple(p for p in role if p in known) for role in item.roles),
            )
            for item in source
            if item.visit in now
        )

    # What is told ----------------------------------------------------------------------------

    @cached_property
    def _words(self) -> VisitWords:
        return VisitWords(self.gazetteer, self.vocabulary, (self.before.view,))

    def _items(self, seatings: Mapping[str, Seating], settling: Settling) -> Iterator[RenewalItem]:
        for key, seating in seatings.items():
            old = self._source(key)
            if old is None:
                yield self._item(RenewalKind.NEW, seating.view, None, _NEW)
            elif old.held and key not in settling.held:
                why = self._why_off(seating, settling)
                yield self._item(RenewalKind.OFF, seating.view, old, why)
            elif old.held and seating.changed:
                yield self._item(RenewalKind.CHANGED, seating.view, old, seating.changed)

    def _gone(self) -> Iterator[RenewalItem]:
        stay = {old.id for old in self._pairs.values()} | self._lasting_ids
        for visit in self.before.view.visits:
            if visit.id not in stay:
                yield self._item(RenewalKind.GONE, visit, visit, self._why_gone(visit))

    def _why_gone(self, visit: VisitView) -> str:
        if not visit.demand_id:
            return "覆盖标准不再要求这项服务"
        demand = self.before.demands.get(visit.demand_id)
        if demand is None:
            return "服务需求已不存在"
        if demand.state is DemandState.ACCEPTED:
            return "服务需求的期望日期内没有足够的连续工作日"
        if demand.state is DemandState.ASSIGNED:
            return "服务需求已由别的方案安排"
        return f"服务需求{demand.state.value}"

    def _item(
        self, kind: RenewalKind, visit: VisitView, old: VisitView | None, why: str
    ) -> RenewalItem:
        county = self.gazetteer.by_code.get(visit.county)
        short = county.short_name if county else visit.county
        name = visit_name(short, self.vocabulary.short(visit.roles[0].specialty))
        reason = why.rstrip("。") + "。"
        if old is None or old.start is None:
            return RenewalItem(kind, visit.id, name, visit.county, reason)
        when, who = self._words.when(old), self._words.names(old.envoys)
        return RenewalItem(kind, visit.id, name, visit.county, reason, old.start, when, who)

    def _renewal(
        self, plan: PlanView, stored: solver.Instance, items: tuple[RenewalItem, ...]
    ) -> Renewal:
        view = self.before.view
        held = {visit.id: visit for visit in plan.held}
        pairs = [(self._source(key), visit) for key, visit in held.items()]
        kept = sum(old is not None and _where(old) == _where(visit) for old, visit in pairs)
        locked = sum(visit.locked for visit in view.visits)
        before = amended(self.before.planned, view)
        return Renewal(
            source=view.info,
            plan=plan,
            kept=kept,
            unlocked=locked - sum(visit.locked for visit in plan.visits),
            joined=len(self.built.cards.keys() - view.envoys.keys()),
            left=len(view.envoys.keys() - self.built.cards.keys()),
            items=items,
            same=not items and _alike(view, plan) and _same(before, amended(stored, plan)),
        )


def _place(item: RenewalItem) -> tuple[object, ...]:
    """What falls off first, then by date; what was not held comes last, by county."""
    start = item.start
    when = (start.date, start.half.value) if start else (date.max, "")
    return _ORDER.index(item.kind), when, item.county, item.visit


def _where(visit: VisitView) -> object:
    return visit.start, visit.slots, [role.envoys for role in visit.roles]


def _alike(one: PlanView, other: PlanView) -> bool:
    """Whether two versions show the same, whatever cures they know."""

    def content(view: PlanView) -> object:
        return view.envoys, view.days, {v.id: replace(v, cures=()) for v in view.visits}

    return content(one) == content(other)


def _same(one: solver.Instance, other: solver.Instance) -> bool:
    """Whether two instances ask for the same, in whatever order."""

    def content(case: solver.Instance) -> object:
        bare = replace(
            case, name="", envoys=(), visits=(), counties=(), series=(), coverage=(), baseline=()
        )
        parts = (case.envoy_by_id, case.visit_by_id, case.county_by_id, case.gap_of_series)
        rules = {(rule.county, rule.specialty): rule.min_visits for rule in case.coverage}
        return bare, parts, rules

    return content(one) == content(other)
