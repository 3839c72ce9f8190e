"""Edits of who there is and how far each may be asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from statistics import median_low
from typing import ClassVar

from typing_extensions import override

from solver.explain.edits_text import Names
from solver.instance import HALVES, SHARING_SCOPES, Assignment, Envoy, Instance, Visit
from solver.whatif.base import (
    LEVEL_NAMES,
    SCOPE_NAMES,
    EditError,
    Who,
    county_of,
    known,
    new,
)


@dataclass(frozen=True)
class WidenSharing(Who):
    """Lend further: county to city to metro, some steps up."""

    steps: int = 1
    kind: ClassVar[str] = "widen_sharing"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""

        def widen(envoy: Envoy) -> Envoy:
            step = SHARING_SCOPES.index(envoy.sharing) + self.steps
            return replace(envoy, sharing=SHARING_SCOPES[min(step, len(SHARING_SCOPES) - 1)])

        return self.change(instance, widen)

    @override
    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        steps = "一级" if self.steps == 1 else "两级"
        return f"{super().text(instance, names)}的共享范围放宽{steps}"


@dataclass(frozen=True)
class RaiseLimits(Who):
    """Ask more of people: half-days per week and in the horizon, minutes on the road."""

    week: int = 0
    total: int = 0
    travel_minutes: int = 0
    kind: ClassVar[str] = "raise_limits"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        if not (self.week or self.total or self.travel_minutes):
            raise EditError("week", "week、total、travel_minutes 至少要给一个大于 0 的数")

        def more(envoy: Envoy) -> Envoy:
            return replace(
                envoy,
                max_slots_per_week=envoy.max_slots_per_week + self.week,
                max_slots_total=envoy.max_slots_total + self.total,
                max_travel_minutes=envoy.max_travel_minutes + self.travel_minutes,
            )

        return self.change(instance, more)

    @override
    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        parts = [
            f"每周多 {self.week} 个半天" if self.week else "",
            f"全期多 {self.total} 个半天" if self.total else "",
            f"单程路程上限多 {self.travel_minutes} 分钟" if self.travel_minutes else "",
        ]
        return f"{super().text(instance, names)}" + "、".join(filter(None, parts))


@dataclass(frozen=True)
class AddExpert:
    """People who are not there yet, as capable of work as those of the roster usually are.

    Base and team are the county; limits, target and prior load are the medians of all envoys,
    the sharing scope is the most common one unless it is given.
    """

    county: str
    specialty: str
    level: int = 2
    count: int = 1
    sharing: str | None = None
    kind: ClassVar[str] = "add_expert"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        county_of(instance, self.county)
        if not instance.envoys:
            raise EditError("edit", "名册里没有特派员，无从知道一般的工作量，请改用 add_envoy")
        added = [self._expert(instance, name) for name in self.names(instance)]
        return replace(instance, envoys=(*instance.envoys, *added))

    def names(self, instance: Instance) -> tuple[str, ...]:
        """The ids that the new people get."""
        stem, taken = f"+{self.county}-{self.specialty}-", instance.envoy_by_id
        free = (f"{stem}{n}" for n in range(1, len(taken) + self.count + 1))
        fresh = [name for name in free if name not in taken]
        return tuple(fresh[: self.count])

    def _expert(self, instance: Instance, name: str) -> Envoy:
        envoys = instance.envoys
        usual = Counter(envoy.sharing for envoy in envoys).most_common(1)[0][0]
        return Envoy(
            id=name,
            base=self.county,
            team=self.county,
            specialties={self.specialty: self.level},
            max_slots_per_week=median_low(envoy.max_slots_per_week for envoy in envoys),
            max_slots_total=median_low(envoy.max_slots_total for envoy in envoys),
            target_slots=median_low(envoy.target_slots for envoy in envoys),
            max_travel_minutes=median_low(envoy.max_travel_minutes for envoy in envoys),
            sharing=self.sharing or usual,
            prior_slots=median_low(envoy.prior_slots for envoy in envoys),
        )

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        place = instance.county_by_id[self.county].name
        scope = f"，共享范围为{SCOPE_NAMES[self.sharing]}" if self.sharing else ""
        what = f"“{names.specialty(self.specialty)}”{LEVEL_NAMES[self.level]}"
        return f"{place}增加 {self.count} 名{what}特派员{scope}"


@dataclass(frozen=True)
class AddEnvoy:
    """A person with everything that a problem says about one."""

    envoy: Envoy
    kind: ClassVar[str] = "add_envoy"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        new("envoy.id", self.envoy.id, instance.envoy_by_id, "特派员")
        known("envoy.base", self.envoy.base, instance.county_by_id, "县")
        if self.envoy.team is not None:
            known("envoy.team", self.envoy.team, instance.county_by_id, "县")
        return replace(instance, envoys=(*instance.envoys, self.envoy))

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        return f"增加特派员{names.envoy(self.envoy.id)}"


@dataclass(frozen=True)
class RemoveEnvoy:
    """A person who is not there; what names him or her elsewhere goes as well."""

    envoy: str
    kind: ClassVar[str] = "remove_envoy"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        known("envoy", self.envoy, instance.envoy_by_id, "特派员")
        for visit in instance.visits:
            pinned = visit.pin.envoys if visit.pin is not None else None
            if any(self.envoy in role for role in pinned or ()):
                raise EditError("envoy", f"这名特派员锁定在下乡服务 {visit.id}，请先解除锁定")
        return replace(
            instance,
            envoys=tuple(envoy for envoy in instance.envoys if envoy.id != self.envoy),
            visits=tuple(map(self._without, instance.visits)),
            affinity=tuple(item for item in instance.affinity if item.envoy != self.envoy),
            baseline=tuple(map(self._relieved, instance.baseline)),
        )

    def _without(self, visit: Visit) -> Visit:
        return replace(visit, exclude=tuple(name for name in visit.exclude if name != self.envoy))

    def _relieved(self, item: Assignment) -> Assignment:
        roles = (tuple(name for name in role if name != self.envoy) for role in item.roles)
        return replace(item, roles=tuple(roles))

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        return f"去掉特派员{names.envoy(self.envoy)}"


@dataclass(frozen=True)
class SetAbsent:
    """A person who cannot come for some days; without days in the whole horizon."""

    envoy: str
    first: date | None = None
    last: date | None = None
    kind: ClassVar[str] = "set_absent"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        known("envoy", self.envoy, instance.envoy_by_id, "特派员")
        first, last = self.first or instance.days[0], self.last or instance.days[-1]
        away = {(day, half) for day in instance.days if first <= day <= last for half in HALVES}
        if not away:
            raise EditError("first", "这段日期里没有排班期的工作日")

        def leave(envoy: Envoy) -> Envoy:
            more = sorted(away.difference(envoy.unavailable))
            return replace(envoy, unavailable=(*envoy.unavailable, *more))

        return Who(self.envoy).change(instance, leave)

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        first, last = self.first or instance.days[0], self.last or instance.days[-1]
        days = f"{first.month}月{first.day}日至{last.month}月{last.day}日"
        return f"特派员{names.envoy(self.envoy)}{days}不能来"
