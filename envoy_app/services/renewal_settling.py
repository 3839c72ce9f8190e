"""Which visits must be taken off so that a plan breaks no rule, and as few as need be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from solver import Assignment, Instance, Violation
from solver.checker import CheckReport, check
from solver.explain.delta import Checked, check_again
from solver.instance import Slot, iso_week, slots_of


@dataclass
class Settling:
    """A plan from which visits are taken off until no rule is broken.

    Visits that break a rule by themselves go. Where visits break one together, one of them goes
    that is not `fixed` and whose loss costs the least score. At the end none of those could be
    held after all: that is tried.

    Attributes:
        instance: Without pins: what is pinned and cannot stay is to fall off like all else.
        held: What is held still, by visit.
        fixed: Visits that rather stay.
        off: What was taken off, with the rule that it broke.
    """

    instance: Instance
    held: dict[str, Assignment]
    fixed: Set[str]
    off: dict[str, Violation] = field(default_factory=dict)
    _duties: defaultdict[str, dict[str, None]] = field(
        default_factory=lambda: defaultdict(dict), init=False
    )
    """The visits that somebody is on."""

    def settle(self) -> None:
        """Take off what must go."""
        wanted = dict(self.held)
        for item in wanted.values():
            self._hold(item)
        known = self._checked(check(self.instance, self._plan()))
        together: list[str] = []
        while known.report.violations:
            alone = self._alone(known.report)
            if alone:
                self._take_off(alone)
            elif loser := self._loser(known):
                self._take_off(loser)
                together += loser
            else:
                return
            known = self._again(known)
        self._put_back(known, together, wanted)

    def _alone(self, report: CheckReport) -> dict[str, Violation]:
        """The visits that break a rule whatever else is held."""
        found: dict[str, Violation] = {}
        for item in report.violations:
            rivals = self._rivals(item)
            if len(rivals) == 1:
                found.setdefault(rivals[0], item)
        return found

    def _loser(self, known: Checked) -> dict[str, Violation]:
        """Of the visits that break the first rule together the one to go."""
        violation = known.report.violations[0]
        rivals = self._rivals(violation)
        if not rivals:
            return {}
        return {min(rivals, key=lambda name: self._loss(known, name)): violation}

    def _loss(self, known: Checked, name: str) -> tuple[object, ...]:
        """What it costs to take a visit off: what is fixed goes last, then by score, then by id."""
        rest = tuple(item for key, item in self.held.items() if key != name)
        return name in self.fixed, check_again(known, self.instance, rest).score, name

    def _take_off(self, losers: Mapping[str, Violation]) -> None:
        self.off |= losers
        for name in losers:
            self._let_go(name)

    def _put_back(
        self, known: Checked, names: Sequence[str], wanted: Mapping[str, Assignment]
    ) -> None:
        """Hold again what breaks no rule by now: another that stood in its way went too."""
        for name in sorted(names, key=lambda item: (item not in self.fixed, item)):
            self._hold(wanted[name])
            again = self._again(known)
            if again.report.violations:
                self._let_go(name)
            else:
                known = again
                del self.off[name]

    def _hold(self, item: Assignment) -> None:
        self.held[item.visit] = item
        for envoy in item.envoys:
            self._duties[envoy][item.visit] = None

    def _let_go(self, name: str) -> None:
        for envoy in self.held.pop(name).envoys:
            del self._duties[envoy][name]

    def _plan(self) -> tuple[Assignment, ...]:
        return tuple(self.held.values())

    def _checked(self, report: CheckReport) -> Checked:
        return Checked(self.instance, self._plan(), report)

    def _again(self, known: Checked) -> Checked:
        return self._checked(check_again(known, self.instance, self._plan()))

    # Who breaks a rule together --------------------------------------------------------------

    def _rivals(self, violation: Violation) -> list[str]:
        """The visits of which one must go."""
        name, envoy, code = violation.visit, violation.envoy, violation.code
        if envoy and code == "WEEK_LOAD":
            return self._in_full_weeks(envoy)
        if envoy and code == "TOTAL_LOAD":
            return self._of(envoy)
        if name is None or name not in self.held:
            return []
        if envoy and code == "OVERLAP":
            return [key for key in self._of(envoy) if self._meet(key, name)]
        if envoy and code == "TRANSFER":
            return [key for key in self._of(envoy) if self.held[key].date == self.held[name].date]
        if code == "HOST":
            return [key for key in self._beside(name, "county") if self._meet(key, name)]
        if code == "SERIES":
            return self._too_near(name)
        return [name]

    def _of(self, envoy: str) -> list[str]:
        return list(self._duties[envoy])

    def _in_full_weeks(self, envoy: str) -> list[str]:
        load = Counter(iso_week(day) for key in self._of(envoy) for day, _ in self._slots(key))
        limit = self.instance.envoy_by_id[envoy].max_slots_per_week
        weeks = {week for week, slots in load.items() if slots > limit}
        return [key for key in self._of(envoy) if iso_week(self.held[key].date) in weeks]

    def _beside(self, name: str, what: str) -> list[str]:
        """The visits held that have the same county or series."""
        visits = self.instance.visit_by_id
        same = getattr(visits[name], what)
        return [key for key in self.held if getattr(visits[key], what) == same]

    def _too_near(self, name: str) -> list[str]:
        series = self.instance.visit_by_id[name].series
        gap = self.instance.gap_of_series[series] if series else 0
        day = self.held[name].date
        return [
            key
            for key in self._beside(name, "series")
            if abs((self.held[key].date - day).days) < gap
        ]

    def _slots(self, name: str) -> list[Slot]:
        item = self.held[name]
        return slots_of(item.date, item.slot, self.instance.visit_by_id[name].slots)

    def _meet(self, one: str, other: str) -> bool:
        return not set(self._slots(one)).isdisjoint(self._slots(other))
