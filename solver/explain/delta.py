"""What the checker says of a changed plan, from what it said before: sooner, and the very same.

Rules and prices tie visits together through an envoy, a county or a series only. So the checker is
asked about the visits that a change can touch, before and after; all else cancels out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from solver.checker import (
    CheckReport,
    CoverageState,
    DisruptionBreakdown,
    ScoreBreakdown,
    check,
)
from solver.instance import Assignment, Instance, Visit
from solver.solution import Score


@dataclass(frozen=True)
class Checked:
    """A plan and what the checker says of it."""

    instance: Instance
    assignments: tuple[Assignment, ...]
    report: CheckReport


def check_again(
    known: Checked, instance: Instance, assignments: tuple[Assignment, ...]
) -> CheckReport:
    """What `check` says of a plan that differs from one that is known in a few visits.

    Violations come in another order where there were some before.

    Args:
        known: The plan before; no visit occurs twice in it.
        instance: The same instance but for some of the visits; else all is checked anew.
        assignments: The plan now; no visit occurs twice in it.
    """
    if not _same_but_for_visits(known.instance, instance):
        return check(instance, assignments)
    keys = _touched(known, instance, assignments)
    if not keys:
        return known.report
    before = _reaching(keys, known.instance, known.assignments)
    after = _reaching(keys, instance, assignments)
    names = {name for item in (*before, *after) for name in item.envoys}
    old = check(_small(known.instance, names), before)
    new = check(_small(instance, names), after)
    return _moved(known.report, old, new)


def _same_but_for_visits(one: Instance, other: Instance) -> bool:
    if one is other:
        return True
    names = (item.name for item in fields(Instance) if item.name not in {"name", "visits"})
    return all(getattr(one, name) is getattr(other, name) for name in names)


def _touched(
    known: Checked, instance: Instance, assignments: Sequence[Assignment]
) -> set[tuple[str, str]]:
    """Envoys, counties and series of all visits that are held or made otherwise."""
    before = {item.visit: item for item in known.assignments}
    after = {item.visit: item for item in assignments}
    changed = {name for name, item in before.items() if after.get(name) != item}
    changed |= after.keys() - before.keys()
    if instance is not known.instance:
        old, new = known.instance.visit_by_id, instance.visit_by_id
        changed |= {name for name, item in old.items() if new.get(name) is not item}
        changed |= new.keys() - old.keys()
    keys: set[tuple[str, str]] = set()
    for name in changed:
        for case, plan in ((known.instance, before), (instance, after)):
            visit, item = case.visit_by_id.get(name), plan.get(name)
            if visit is not None:
                keys |= _keys(visit, () if item is None else item.envoys)
    return keys


def _keys(visit: Visit, envoys: Iterable[str]) -> set[tuple[str, str]]:
    keys = {("county", visit.county), *(("envoy", name) for name in envoys)}
    return keys if visit.series is None else keys | {("series", visit.series)}


def _reaching(
    keys: set[tuple[str, str]], instance: Instance, assignments: Sequence[Assignment]
) -> list[Assignment]:
    """The visits held that have one of the keys, in order."""
    by_kind: dict[str, set[str]] = {"envoy": set(), "county": set(), "series": set()}
    for kind, name in keys:
        by_kind[kind].add(name)
    people, visits = by_kind["envoy"], instance.visit_by_id
    return [
        item
        for item in assignments
        if (visit := visits[item.visit]).county in by_kind["county"]
        or visit.series in by_kind["series"]
        or not people.isdisjoint(item.envoys)
    ]


def _small(instance: Instance, names: set[str]) -> Instance:
    """Without the envoys who are on none of the visits: they count the same before and after."""
    return replace(instance, envoys=tuple(e for e in instance.envoys if e.id in names))


def _moved(known: CheckReport, old: CheckReport, new: CheckReport) -> CheckReport:
    """A report with the difference of two others."""
    gone = Counter(old.violations) - Counter(new.violations)
    come = Counter(new.violations) - Counter(old.violations)
    broken = Counter(known.violations) - gone
    score = zip(known.score, old.score, new.score, strict=True)
    parts, was, now = known.breakdown, old.breakdown, new.breakdown
    coverage = tuple(
        CoverageState(a.county, a.specialty, a.held - b.held + c.held, a.min_visits)
        for a, b, c in zip(parts.coverage, was.coverage, now.coverage, strict=True)
    )
    changes, a, b = parts.disruption, was.disruption, now.disruption
    breakdown = ScoreBreakdown(
        sharing=parts.sharing - was.sharing + now.sharing,
        travel=parts.travel - was.travel + now.travel,
        fairness=parts.fairness - was.fairness + now.fairness,
        coverage=coverage,
        disruption=DisruptionBreakdown(
            changes.dropped - a.dropped + b.dropped,
            changes.moved - a.moved + b.moved,
            changes.replaced - a.replaced + b.replaced,
        ),
    )
    violations = (*broken.elements(), *come.elements())
    return CheckReport(violations, Score(*(a - b + c for a, b, c in score)), breakdown)
