"""Proofs of repairs: a change counts only with a plan that holds by it, and not without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from solver.checker import check
from solver.explain.books import Books
from solver.explain.edits import apply_edit
from solver.explain.verdict import verdict
from solver.instance import SHARING_SCOPES, Assignment, Instance, Slot, iso_week, slots_of
from solver.serialise import score_to_json
from solver.solution import Score


@dataclass(frozen=True)
class Repair:
    """One change, the score after it, and the plan that proves it."""

    edit: dict[str, Any]
    score: Score
    proof: tuple[Assignment, ...]

    def to_json(self) -> dict[str, Any]:
        """As in `unscheduled[].repairs`."""
        return {**self.edit, "score_after": score_to_json(self.score)}


class Prover:
    """Judges changes against one valid plan.

    A change only loosens a rule, so what is wrong with a plan after it can only lie where that
    plan differs from the one before: the verdict on the difference is the verdict on the whole.
    """

    def __init__(self, instance: Instance, assignments: Sequence[Assignment]) -> None:
        self._instance = instance
        self._books = Books(instance, assignments)
        self._score = check(instance, assignments).score
        self._before = {item.visit: item for item in assignments}

    def repair(self, edit: Mapping[str, Any], held: Iterable[Assignment]) -> Repair | None:
        """The repair that a plan proves, no larger than the plan needs it.

        Args:
            edit: A change that may be larger than necessary.
            held: The visits that are held anew or otherwise; the others stay as they are.

        Returns:
            None where the plan breaks a rule, or holds without the change.
        """
        changed = [item for item in held if self._before.get(item.visit) != item]
        if verdict(self._books, changed, ()).allowed:
            return None
        proof = tuple({**self._before, **{item.visit: item for item in changed}}.values())
        tight = tightened(self._instance, edit, proof)
        found = verdict(self._books, changed, (), within=apply_edit(self._instance, tight))
        if not found.allowed:
            return None
        score = Score(*(a + b for a, b in zip(self._score, found.change, strict=True)))
        return Repair(tight, score, proof)


def tightened(
    instance: Instance, edit: Mapping[str, Any], proof: Sequence[Assignment]
) -> dict[str, Any]:
    """The change no larger than a plan needs it; it may then be no change at all."""
    tighten = _TIGHTEN.get(edit["edit"])
    return dict(edit) if tighten is None else {**edit, **tighten(instance, edit, proof)}


def _window(
    instance: Instance, edit: Mapping[str, Any], proof: Sequence[Assignment]
) -> dict[str, Any]:
    visit = instance.visit_by_id[edit["visit"]]
    days = [visit.earliest, visit.latest]
    for item in proof:
        if item.visit == visit.id:
            days += [day for day, _ in slots_of(item.date, item.slot, visit.slots)]
    return {"earliest": min(days).isoformat(), "latest": max(days).isoformat()}


def _level(
    instance: Instance, edit: Mapping[str, Any], proof: Sequence[Assignment]
) -> dict[str, Any]:
    role = instance.visit_by_id[edit["visit"]].roles[edit["role"]]
    people = next(item.roles[edit["role"]] for item in proof if item.visit == edit["visit"])
    levels = (instance.envoy_by_id[e].specialties.get(role.specialty, 1) for e in people)
    return {"to": min(role.min_level, *levels)}


def _sharing(
    instance: Instance, edit: Mapping[str, Any], proof: Sequence[Assignment]
) -> dict[str, Any]:
    envoy = instance.envoy_by_id[edit["envoy"]]
    city = instance.county_by_id[envoy.home].city
    widest = SHARING_SCOPES.index(envoy.sharing)
    for item in proof:
        if envoy.id in item.envoys:
            place = instance.county_by_id[instance.visit_by_id[item.visit].county]
            needed = 0 if place.id == envoy.home else 1 if place.city == city else 2
            widest = max(widest, needed)
    return {"sharing": SHARING_SCOPES[widest]}


def _week_load(
    instance: Instance, edit: Mapping[str, Any], proof: Sequence[Assignment]
) -> dict[str, Any]:
    weeks: Counter[tuple[int, int]] = Counter()
    for item in proof:
        if edit["envoy"] in item.envoys:
            weeks[iso_week(item.date)] += instance.visit_by_id[item.visit].slots
    before = instance.envoy_by_id[edit["envoy"]].max_slots_per_week
    return {"to": max([before, *weeks.values()])}


def _host(
    instance: Instance, edit: Mapping[str, Any], proof: Sequence[Assignment]
) -> dict[str, Any]:
    county = instance.county_by_id[edit["county"]]
    guests: Counter[Slot] = Counter()
    for item in proof:
        visit = instance.visit_by_id[item.visit]
        if visit.county == county.id:
            guests.update(slots_of(item.date, item.slot, visit.slots))
    return {"to": max([county.max_visits_per_slot, *guests.values()])}


_TIGHTEN: Final[
    dict[str, Callable[[Instance, Mapping[str, Any], Sequence[Assignment]], dict[str, Any]]]
] = {
    "extend_window": _window,
    "lower_level": _level,
    "set_sharing": _sharing,
    "raise_week_load": _week_load,
    "raise_host": _host,
}
