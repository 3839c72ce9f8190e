"""Coverage that stays short: which visits would fill it, why they are not held, what cures it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from solver.checker import CoverageState, check
from solver.explain.edits_text import Names, repair_text
from solver.instance import Instance, Visit
from solver.reasons_text import explain_text
from solver.serialise import reason_to_json
from solver.solution import Reason, Solution, Unscheduled

PLANNED: Final = "VISITS"
"""The first reason: how many visits of the problem count to the rule at all."""
_NOBODY: Final = frozenset({"SKILL", "SHARING", "TRAVEL"})


@dataclass(frozen=True)
class Shortfall:
    """A coverage rule that a plan does not meet.

    Attributes:
        county, specialty, min_visits: The rule.
        held: How many visits count to it.
        reasons: How many visits there are at all, then what stands in the way of the one that is
            nearest to being held.
        visits: Those left out that would fill it.
        repairs: Single changes that would each let one of them be held with nothing else lost,
            best first; `fills` says which. Empty where there are too few visits.
    """

    county: str
    specialty: str | None
    min_visits: int
    held: int
    reasons: tuple[Reason, ...]
    visits: tuple[str, ...]
    repairs: tuple[Mapping[str, Any], ...]

    @property
    def missing(self) -> int:
        """Visits short of the minimum."""
        return self.min_visits - self.held

    @property
    def planned(self) -> int:
        """Visits of the problem that count to the rule, held or not."""
        return self.reasons[0].left

    def to_json(self, text: str) -> dict[str, Any]:
        """As in `stats.shortfalls` of a solution.

        Args:
            text: The sentence about it.
        """
        return {
            "county": self.county,
            "specialty": self.specialty,
            "min_visits": self.min_visits,
            "held": self.held,
            "missing": self.missing,
            "reasons": [reason_to_json(reason) for reason in self.reasons],
            "visits": list(self.visits),
            "repairs": [dict(repair) for repair in self.repairs],
            "text": text,
        }


def shortfalls_of(instance: Instance, solution: Solution) -> tuple[Shortfall, ...]:
    """Every coverage rule that a plan does not meet, in the order of the problem.

    Args:
        instance: The problem.
        solution: A plan of it with its reasons and repairs.
    """
    left = {item.visit: item for item in solution.unscheduled}
    rules = check(instance, solution.assignments).breakdown.coverage
    return tuple(_shortfall(instance, rule, left) for rule in rules if rule.missing)


def _shortfall(
    instance: Instance, rule: CoverageState, left: Mapping[str, Unscheduled]
) -> Shortfall:
    counting = [visit for visit in instance.visits if _counts(visit, rule)]
    waiting = [left.get(v.id, Unscheduled(v.id)) for v in counting if v.id in left]
    nearest = min(waiting, key=_distance, default=None)
    return Shortfall(
        county=rule.county,
        specialty=rule.specialty,
        min_visits=rule.min_visits,
        held=rule.held,
        reasons=(Reason(PLANNED, len(counting)), *(nearest.reasons if nearest else ())),
        visits=tuple(item.visit for item in waiting),
        repairs=_best_first(waiting),
    )


def _counts(visit: Visit, rule: CoverageState) -> bool:
    specialties = {role.specialty for role in visit.roles}
    return visit.county == rule.county and (rule.specialty is None or rule.specialty in specialties)


def _best_first(waiting: Iterable[Unscheduled]) -> tuple[Mapping[str, Any], ...]:
    """A change that would cure two of the visits stands there once, where it is cheaper."""
    found = [{**repair, "fills": item.visit} for item in waiting for repair in item.repairs]
    found.sort(key=_score_after)
    known: list[dict[str, Any]] = []
    told = []
    for repair in found:
        edit = {key: repair[key] for key in repair if key not in {"fills", "score_after"}}
        if edit not in known:
            known.append(edit)
            told.append(repair)
    return tuple(told)


def _score_after(repair: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(repair["score_after"].values())


def _distance(item: Unscheduled) -> tuple[tuple[int, ...], int]:
    """A visit with a cheap cure is nearest, then one for which many rules were passed."""
    cures = [(0, *_score_after(repair)) for repair in item.repairs]
    return min(cures, default=(1,)), -len(item.reasons)


def shortfall_text(instance: Instance, shortfall: Shortfall, names: Names | None = None) -> str:
    """One Chinese sentence: what is short where, why, and the best cure if there is one.

    Args:
        instance: The problem.
        shortfall: One of `shortfalls_of`.
        names: How envoys and specialties are written.
    """
    names = names or Names()
    county = instance.county_by_id[shortfall.county].name
    what = "" if shortfall.specialty is None else f"“{names.specialty(shortfall.specialty)}”"
    head = (
        f"{county}的{what}下乡服务要求至少 {shortfall.min_visits} 次，"
        f"排上 {shortfall.held} 次，缺 {shortfall.missing} 次："
    )
    few = shortfall.min_visits - shortfall.planned
    parts = [f"本期只计划 {shortfall.planned} 次，请补充服务需求或降低标准"] if few > 0 else []
    if shortfall.visits:
        parts.append(_left_out(instance, shortfall, names))
    return head + "；".join(parts) + "。"


def _left_out(instance: Instance, shortfall: Shortfall, names: Names) -> str:
    count, why = len(shortfall.visits), shortfall.reasons[1:]
    text = f"{count} 次未能安排"
    if why and why[-1].left == 0 and why[-1].code in _NOBODY:
        text += "，没有可派来的特派员（专业、共享范围或路程不符）"
    elif why:
        text += "，" + explain_text(instance, why, names.specialty).rstrip("。")
    if shortfall.repairs:
        text += "；办法：" + repair_text(instance, shortfall.repairs[0], names).rstrip("。")
    return text


def with_shortfalls(instance: Instance, solution: Solution) -> Solution:
    """The solution with `stats.shortfalls`, where its coverage is short."""
    if solution.score is None or solution.score.coverage == 0:
        return solution
    found: Sequence[dict[str, Any]] = [
        item.to_json(shortfall_text(instance, item)) for item in shortfalls_of(instance, solution)
    ]
    return replace(solution, stats={**solution.stats, "shortfalls": found})
