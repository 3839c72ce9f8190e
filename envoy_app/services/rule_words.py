"""Says in people's words which rule a change by hand would break."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

import solver
from envoy_app.domain.editing import BrokenRule
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES, Sharing
from envoy_app.domain.plans import PlanView
from envoy_app.domain.time import HalfDay, day_label
from envoy_app.domain.vocabulary import Vocabulary
from solver.instance import Slot, iso_week, slots_of

_WORD: Final = re.compile(r"[^\s，。“”]+")
_LEVEL: Final = re.compile(r"(\d) 级")
_DATE: Final = re.compile(r"\d{4}-(\d\d-\d\d)")
_LOOSE: Final = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
"""A space between two characters that are not Latin."""

_WHO: Final = "特派员"


@lru_cache(maxsize=1024)
def rules_named(codes: tuple[str, ...]) -> tuple[BrokenRule, ...]:
    """Return rules as they are told without looking at the case: name, and what is asked for."""
    texts = ((code, solver.rule_text(code)) for code in codes)
    return tuple(BrokenRule(code, text.name, text.meaning) for code, text in texts)


def visit_name(county: str, specialty: str) -> str:
    """Return what a visit is called in a sentence, from short names."""
    return f"{county}{specialty}服务"


class RuleWords:
    """The words for one plan."""

    def __init__(
        self,
        instance: solver.Instance,
        assignments: Iterable[solver.Assignment],
        plan: PlanView,
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
    ) -> None:
        self._instance = instance
        self._counties = gazetteer.by_code
        self._vocabulary = vocabulary
        self._specialties = {item.code: item.name for item in vocabulary.specialties}
        self._duties: dict[str, list[solver.Assignment]] = defaultdict(list)
        for item in assignments:
            for envoy in item.envoys:
                self._duties[envoy].append(item)
        self._names = self._known_names(plan)

    def broken(self, violation: solver.Violation) -> BrokenRule:
        """Return any violation with names in place of ids."""
        text = _WORD.sub(lambda word: self._names.get(word[0], word[0]), violation.message)
        text = _LEVEL.sub(lambda level: RANK_NAMES.get(int(level[1]), level[0]), text)
        text = _LOOSE.sub("", _DATE.sub(r"\1", text))
        name = solver.rule_text(violation.code).name
        return BrokenRule(violation.code, name, text, violation.visit or "", violation.envoy or "")

    def of_candidate(
        self, violation: solver.Violation, envoy: str, role: int, item: solver.Assignment
    ) -> BrokenRule:
        """Return what somebody who would come on a visit breaks; shorter, without his or her name.

        Args:
            violation: One of the candidate's.
            envoy: The candidate.
            role: The seat's role.
            item: The visit with the candidate on it.
        """
        person = self._instance.envoy_by_id[envoy]
        text = self._own(violation.code, person, role, item) if violation.envoy == envoy else ""
        if not text:
            broken = self.broken(violation)
            others = violation.envoy not in (None, envoy)
            said = "同去的" + broken.text.removeprefix(_WHO) if others else broken.text
            return replace(broken, text=said)
        name = solver.rule_text(violation.code).name
        return BrokenRule(violation.code, name, text, violation.visit or "", envoy)

    def _own(self, code: str, person: solver.Envoy, role: int, item: solver.Assignment) -> str:
        if code == "SKILL":
            return self._skill(person, role, item)
        if code == "SHARING":
            return f"只在{Sharing(person.sharing).label}共享（{self._county(person.home)}）"
        if code == "TRAVEL":
            minutes = self._minutes(person.base, item)
            return f"单程 {minutes} 分钟，上限 {person.max_travel_minutes}"
        if code == "EXCLUDE":
            return "需求方要求回避"
        if code in {"WEEK_LOAD", "TOTAL_LOAD"}:
            return self._load(code, person, item)
        return self._clash(code, person, item)

    def _skill(self, person: solver.Envoy, role: int, item: solver.Assignment) -> str:
        wanted = self._instance.visit_by_id[item.visit].roles[role]
        level = person.specialties.get(wanted.specialty)
        name = self._vocabulary.short(wanted.specialty)
        if level is None:
            return f"不做{name}"
        return f"{name}是{RANK_NAMES.get(level, '')}，要求{RANK_NAMES.get(wanted.min_level, '')}"

    def _load(self, code: str, person: solver.Envoy, item: solver.Assignment) -> str:
        taken = [slot for duty in (*self._others(person, item), item) for slot in self._slots(duty)]
        if code == "TOTAL_LOAD":
            return f"本期将到 {len(taken)} 个半天，上限 {person.max_slots_total}"
        week = iso_week(item.date)
        load = sum(iso_week(day) == week for day, _ in taken)
        return f"当周将到 {load} 个半天，上限 {person.max_slots_per_week}"

    def _clash(self, code: str, person: solver.Envoy, item: solver.Assignment) -> str:
        """Return what stands in the way at the time of the visit, or "" where it is none of it."""
        slots = self._slots(item)
        if code == "AVAILABILITY":
            away = [slot for slot in slots if slot in person.unavailable]
            return f"{_when(away[0])}请假或有课" if away else ""
        for duty in self._others(person, item):
            shared = [slot for slot in slots if slot in self._slots(duty)]
            if code == "OVERLAP" and shared:
                return f"{_when(shared[0])}已派往{self._county(self._place(duty))}"
            if code == "TRANSFER" and duty.date == item.date and not shared:
                first, second = sorted((duty, item), key=lambda each: each.slot)
                minutes = self._minutes(self._place(first), second)
                limit = self._instance.rules.max_transfer_minutes
                return (
                    f"同日还去{self._county(self._place(duty))}，转场 {minutes} 分钟，上限 {limit}"
                )
        return ""

    def _others(self, person: solver.Envoy, item: solver.Assignment) -> list[solver.Assignment]:
        return [duty for duty in self._duties[person.id] if duty.visit != item.visit]

    def _slots(self, item: solver.Assignment) -> tuple[Slot, ...]:
        length = self._instance.visit_by_id[item.visit].slots
        return tuple(slots_of(item.date, item.slot, length))

    def _place(self, item: solver.Assignment) -> str:
        return self._instance.visit_by_id[item.visit].county

    def _minutes(self, start: str, item: solver.Assignment) -> int:
        return self._instance.travel.between(start, self._place(item))

    def _county(self, code: str) -> str:
        found = self._counties.get(code)
        return found.short_name if found else code

    def _known_names(self, plan: PlanView) -> dict[str, str]:
        """Return names by id of everything that a violation may speak of."""
        names = {card.id: card.name for card in plan.envoys.values()}
        names |= self._specialties
        for visit in self._instance.visits:
            specialty = self._vocabulary.short(visit.roles[0].specialty)
            names[visit.id] = visit_name(self._county(visit.county), specialty)
            if visit.series is not None:
                names[visit.series] = f"“{specialty}”"
        return names


def _when(slot: Slot) -> str:
    return f"{day_label(slot[0])} {HalfDay(slot[1]).label}"


__all__ = ["BrokenRule", "RuleWords", "rules_named", "visit_name"]
