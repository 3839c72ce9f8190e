"""Checks across records: ids that exist and are unique, days in order, a square matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from typing import Final

from solver.instance import Instance, Visit
from solver.parsing.fields import fail


def check_references(instance: Instance) -> None:
    """Run every check, in the order in which a reader meets the parts of the file.

    Raises:
        ParseError: The first thing that does not fit, and where it stands.
    """
    for check in _CHECKS:
        check(instance)


def _days(instance: Instance) -> None:
    days = instance.days
    if not days:
        raise fail("days", "排班期为空，至少要有一个工作日")
    for n in range(1, len(days)):
        if days[n] <= days[n - 1]:
            raise fail(f"days[{n}]", f"日期须递增且不重复，现为 {days[n].isoformat()}")


def _unique_ids(instance: Instance) -> None:
    for key, records in (
        ("counties", instance.counties),
        ("envoys", instance.envoys),
        ("visits", instance.visits),
        ("series", instance.series),
    ):
        _unique((item.id for item in records), key, ".id")
    _unique(instance.travel.ids, "travel.ids")
    _unique((item.visit for item in instance.baseline), "baseline", ".visit")
    pairs = {(item.envoy, item.county) for item in instance.affinity}
    if len(pairs) < len(instance.affinity):
        _unique((f"{item.envoy}, {item.county}" for item in instance.affinity), "affinity")


def _unique(ids: Iterable[str], path: str, suffix: str = "") -> None:
    seen: set[str] = set()
    for n, name in enumerate(ids):
        if name in seen:
            raise fail(f"{path}[{n}]{suffix}", f'重复的编号 "{name}"')
        seen.add(name)


def _known(name: str | None, known: Set[str], path: str, what: str) -> None:
    if name is not None and name not in known:
        raise fail(path, f'{what} "{name}" 不存在')


def _travel(instance: Instance) -> None:
    travel, counties = instance.travel, instance.county_by_id.keys()
    for n, county in enumerate(travel.ids):
        _known(county, counties, f"travel.ids[{n}]", "县")
    for n, item in enumerate(instance.counties):
        _known(item.id, travel.index.keys(), f"counties[{n}].id", "路程表中的县")
    if len(travel.minutes) != len(travel.ids):
        raise fail("travel.minutes", f"应有 {len(travel.ids)} 行，现有 {len(travel.minutes)} 行")
    for n, row in enumerate(travel.minutes):
        if len(row) != len(travel.ids):
            raise fail(
                f"travel.minutes[{n}]", f"应有 {len(travel.ids)} 列，现有 {len(row)} 列（须为方阵）"
            )


def _envoys(instance: Instance) -> None:
    counties = instance.county_by_id.keys()
    for n, envoy in enumerate(instance.envoys):
        _known(envoy.base, counties, f"envoys[{n}].base", "县")
        _known(envoy.team, counties, f"envoys[{n}].team", "县")


def _visits(instance: Instance) -> None:
    counties, envoys = instance.county_by_id.keys(), instance.envoy_by_id.keys()
    days = frozenset(instance.days)
    for n, visit in enumerate(instance.visits):
        path = f"visits[{n}]"
        _known(visit.county, counties, f"{path}.county", "县")
        _known(visit.series, instance.gap_of_series.keys(), f"{path}.series", "系列")
        for k, envoy in enumerate(visit.exclude):
            _known(envoy, envoys, f"{path}.exclude[{k}]", "特派员")
        for key, day in (("earliest", visit.earliest), ("latest", visit.latest)):
            if day not in days:
                raise fail(f"{path}.{key}", f"{day.isoformat()} 不是排班期内的工作日")
        if visit.earliest > visit.latest:
            raise fail(f"{path}.earliest", "最早日期晚于最迟日期（latest）")
        _pin(visit, envoys, f"{path}.pin.envoys")


def _pin(visit: Visit, envoys: Set[str], path: str) -> None:
    if visit.pin is None or visit.pin.envoys is None:
        return
    if len(visit.pin.envoys) != len(visit.roles):
        raise fail(path, f"应与 roles 一样有 {len(visit.roles)} 项")
    for r, people in enumerate(visit.pin.envoys):
        for k, envoy in enumerate(people):
            _known(envoy, envoys, f"{path}[{r}][{k}]", "特派员")
        _unique(people, f"{path}[{r}]")


def _lists(instance: Instance) -> None:
    counties, envoys = instance.county_by_id.keys(), instance.envoy_by_id.keys()
    for n, rule in enumerate(instance.coverage):
        _known(rule.county, counties, f"coverage[{n}].county", "县")
    named = {item.envoy for item in instance.affinity}
    places = {item.county for item in instance.affinity}
    for n, item in enumerate(instance.affinity if named - envoys or places - counties else ()):
        _known(item.envoy, envoys, f"affinity[{n}][0]", "特派员")
        _known(item.county, counties, f"affinity[{n}][1]", "县")
    for n, held in enumerate(instance.baseline):
        _known(held.visit, instance.visit_by_id.keys(), f"baseline[{n}].visit", "下乡服务")
        for r, people in enumerate(held.roles):
            for k, envoy in enumerate(people):
                _known(envoy, envoys, f"baseline[{n}].roles[{r}][{k}]", "特派员")


_CHECKS: Final[tuple[Callable[[Instance], None], ...]] = (
    _days,
    _unique_ids,
    _travel,
    _envoys,
    _visits,
    _lists,
)
