"""Which rules a stored plan breaks by now: people took leave, moved or left since it was made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import solver
from envoy_app.domain.calendar import WorkCalendar
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.editing import BrokenRule
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import PlanView
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.instances import absent_slots, skill_levels, total_slots
from envoy_app.services.plan_instances import assignments_of
from envoy_app.services.rule_words import RuleWords
from solver.instance import iso_week

ROSTER, DEMAND = "ROSTER", "DEMAND"
_GONE = frozenset({DemandState.REJECTED, DemandState.CANCELLED})


def broken_now(
    view: PlanView,
    instance: solver.Instance,
    people: Mapping[str, Envoy],
    demands: Mapping[str, Demand],
    calendar: WorkCalendar,
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
) -> tuple[BrokenRule, ...]:
    """Return every rule that does not hold with today's roster, calendar and demands.

    Those of people and demands that are gone come first. Envoys and visits are told by id, to
    jump to.
    """
    months = calendar.months(view.info.start, view.info.end)
    days = tuple(day for day in instance.days if calendar.is_working(day))
    envoys = tuple(_today(item, people.get(item.id), view, months) for item in instance.envoys)
    today = replace(instance, days=days, envoys=envoys)
    assignments = assignments_of(view.visits)
    words = RuleWords(today, assignments, view, gazetteer, vocabulary)
    found = _placed(today, assignments, solver.check(today, assignments).violations)
    gone = (*_gone_people(view, people), *_gone_demands(view, demands))
    return (*gone, *map(words.broken, found))


def _placed(
    today: solver.Instance,
    assignments: Sequence[solver.Assignment],
    violations: Iterable[solver.Violation],
) -> Iterator[solver.Violation]:
    """Yield violations; a load over its limit names the last visit of that time, to jump to."""
    duties: defaultdict[str, list[solver.Assignment]] = defaultdict(list)
    for item in sorted(assignments, key=lambda item: (item.date, item.slot, item.visit)):
        for envoy in item.envoys:
            duties[envoy].append(item)
    weeks = {key: _full_weeks(today, key, own) for key, own in duties.items()}
    for violation in violations:
        envoy = violation.envoy or ""
        if violation.code == "TOTAL_LOAD":
            yield replace(violation, visit=duties[envoy][-1].visit)
        elif violation.code == "WEEK_LOAD":
            yield replace(violation, visit=weeks[envoy].pop(0).visit)
        else:
            yield violation


def _full_weeks(
    today: solver.Instance, envoy: str, duties: Sequence[solver.Assignment]
) -> list[solver.Assignment]:
    """Return the last visit of each week that holds more than an envoy may take, by week."""
    if envoy not in today.envoy_by_id:
        return []
    limit = today.envoy_by_id[envoy].max_slots_per_week
    load: Counter[tuple[int, int]] = Counter()
    last: dict[tuple[int, int], solver.Assignment] = {}
    for item in duties:
        week = iso_week(item.date)
        load[week] += today.visit_by_id[item.visit].slots
        last[week] = item
    return [last[week] for week, slots in load.items() if slots > limit]


def _today(item: solver.Envoy, person: Envoy | None, view: PlanView, months: float) -> solver.Envoy:
    """An envoy as the roster has him or her; as planned where that cannot be planned with."""
    base = (person.base_county or person.team_county) if person else None
    if person is None or base is None:
        return item
    return replace(
        item,
        base=base,
        team=person.team_county,
        specialties=skill_levels(person),
        max_slots_per_week=person.max_slots_week,
        max_slots_total=total_slots(person, months),
        max_travel_minutes=person.max_travel_minutes,
        sharing=person.sharing.value,
        unavailable=tuple((day, half.value) for day, half in absent_slots(person, view.days)),
    )


def _gone_people(view: PlanView, people: Mapping[str, Envoy]) -> Iterator[BrokenRule]:
    for visit in view.held:
        for key in visit.envoys:
            person = people.get(key)
            if person is None or not person.active:
                card = view.envoys.get(key)
                name = card.name if card else key
                text = f"特派员{name}已不在名册或已停用，仍有下乡服务，请改派别人。"
                yield BrokenRule(ROSTER, "名册", text, visit.id, key)


def _gone_demands(view: PlanView, demands: Mapping[str, Demand]) -> Iterator[BrokenRule]:
    for visit in view.held:
        demand = demands.get(visit.demand_id) if visit.demand_id else None
        if demand is not None and demand.state in _GONE:
            text = f"服务需求“{_short(demand)}”{demand.state.value}，仍有安排，请取消这项服务。"
            yield BrokenRule(DEMAND, "服务需求", text, visit.id)


def _short(demand: Demand) -> str:
    return (demand.content or demand.site or demand.town or "未写内容")[:12]
