"""Edits of what is asked: weights, limits of places, windows, visits, coverage."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, fields, replace
from typing import ClassVar, Final

from solver.explain.edits_text import Names
from solver.instance import CoverageRule, Instance, Visit, Weights
from solver.whatif.base import EditError, county_of, known, new, with_visits


@dataclass(frozen=True)
class SetWeights:
    """Other prices of the cost; those that are not given stay."""

    out_of_team: int | None = None
    out_of_city: int | None = None
    travel_minute: int | None = None
    load_square: int | None = None
    target_shortfall: int | None = None
    target_excess: int | None = None
    kind: ClassVar[str] = "set_weights"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        given = self._given()
        if not given:
            raise EditError("edit", "没有给出任何权重")
        weights = Weights(**{**vars(instance.weights), **given})
        return replace(instance, weights=weights)

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        parts = [
            f"{_WEIGHT_NAMES[name]}由 {getattr(instance.weights, name)} 改为 {value}"
            for name, value in self._given().items()
            if getattr(instance.weights, name) != value
        ]
        return f"权重：{'，'.join(parts)}" if parts else "权重不变"

    def _given(self) -> dict[str, int]:
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


_WEIGHT_NAMES: Final = {
    "out_of_team": "跨团派员",
    "out_of_city": "跨市派员",
    "travel_minute": "每分钟路程",
    "load_square": "工作量均衡",
    "target_shortfall": "未达目标工作量",
    "target_excess": "超过目标工作量",
}


@dataclass(frozen=True)
class SetTransfer:
    """Another limit for going from one county to another at noon."""

    minutes: int
    kind: ClassVar[str] = "set_transfer"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        return replace(instance, rules=replace(instance.rules, max_transfer_minutes=self.minutes))

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        before = instance.rules.max_transfer_minutes
        return f"同日转场时间上限由 {before} 分钟改为 {self.minutes} 分钟"


@dataclass(frozen=True)
class RaiseHosts:
    """Counties, or one of them, receive more visits at a time."""

    by: int = 1
    county: str | None = None
    kind: ClassVar[str] = "raise_hosts"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        if self.county is not None:
            county_of(instance, self.county)
        counties = (
            replace(item, max_visits_per_slot=item.max_visits_per_slot + self.by)
            if self.county in {None, item.id}
            else item
            for item in instance.counties
        )
        return replace(instance, counties=tuple(counties))

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        place = "各县" if self.county is None else instance.county_by_id[self.county].name
        return f"{place}同一个半天多接待 {self.by} 次"


@dataclass(frozen=True)
class WidenWindows:
    """Visits, of a county or a specialty or all, may begin earlier and end later."""

    days: int
    county: str | None = None
    specialty: str | None = None
    kind: ClassVar[str] = "widen_windows"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        if self.county is not None:
            county_of(instance, self.county)
        if not any(map(self._fits, instance.visits)):
            key = "specialty" if self.specialty is not None else "county"
            raise EditError(key, "没有这样的下乡服务")
        return with_visits(
            instance,
            (self._wide(instance, v) if self._fits(v) else v for v in instance.visits),
        )

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        place = "" if self.county is None else instance.county_by_id[self.county].name
        skill = "" if self.specialty is None else f"“{names.specialty(self.specialty)}”"
        return f"{place}{skill}下乡服务的时间窗口前后各放宽 {self.days} 个工作日"

    def _fits(self, visit: Visit) -> bool:
        specialties = {None, *(role.specialty for role in visit.roles)}
        return self.county in {None, visit.county} and self.specialty in specialties

    def _wide(self, instance: Instance, visit: Visit) -> Visit:
        days = instance.days
        first = max(0, bisect_left(days, visit.earliest) - self.days)
        last = min(len(days) - 1, bisect_right(days, visit.latest) - 1 + self.days)
        return replace(visit, earliest=days[first], latest=days[last])


@dataclass(frozen=True)
class AddVisit:
    """A visit with everything that a problem says about one."""

    visit: Visit
    kind: ClassVar[str] = "add_visit"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        new("visit.id", self.visit.id, instance.visit_by_id, "下乡服务")
        known("visit.county", self.visit.county, instance.county_by_id, "县")
        return with_visits(instance, (*instance.visits, self.visit))

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        place = instance.county_by_id[self.visit.county].name
        skills = "、".join(names.specialty(role.specialty) for role in self.visit.roles)
        return f"{place}增加一次“{skills}”下乡服务"


@dataclass(frozen=True)
class RemoveVisit:
    """A visit that is not asked for any more."""

    visit: str
    kind: ClassVar[str] = "remove_visit"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        known("visit", self.visit, instance.visit_by_id, "下乡服务")
        before = (item for item in instance.baseline if item.visit != self.visit)
        rest = (visit for visit in instance.visits if visit.id != self.visit)
        return replace(with_visits(instance, rest), baseline=tuple(before))

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        visit = instance.visit_by_id[self.visit]
        return f"取消{instance.county_by_id[visit.county].name}的下乡服务 {self.visit}"


@dataclass(frozen=True)
class SetCoverage:
    """How many visits of a specialty, or of any, a county must get; 0 asks for none."""

    county: str
    specialty: str | None
    min_visits: int
    kind: ClassVar[str] = "set_coverage"

    def apply(self, instance: Instance) -> Instance:
        """See `Edit`."""
        county_of(instance, self.county)
        others = [rule for rule in instance.coverage if not self._same(rule)]
        rule = CoverageRule(self.county, self.specialty, self.min_visits)
        added = [rule] if self.min_visits else []
        return replace(instance, coverage=(*others, *added))

    def text(self, instance: Instance, names: Names) -> str:
        """See `Edit`."""
        place = instance.county_by_id[self.county].name
        skill = "" if self.specialty is None else f"“{names.specialty(self.specialty)}”"
        before = sum(rule.min_visits for rule in instance.coverage if self._same(rule))
        return f"{place}{skill}下乡服务的覆盖标准由 {before} 次改为 {self.min_visits} 次"

    def _same(self, rule: CoverageRule) -> bool:
        return (rule.county, rule.specialty) == (self.county, self.specialty)
