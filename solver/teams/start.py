"""First teams within milliseconds: today's, filled up from the reserve where they fall short."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from solver.teams.instance import TeamCounty, TeamEnvoy, TeamsInstance
from solver.teams.model import formation_of
from solver.teams.solution import Formation, Member, TeamsConflict


def conflicts_of(instance: TeamsInstance) -> tuple[TeamsConflict, ...]:
    """Fixed teams that cannot hold: nothing else can make teams impossible."""
    found = []
    fixed: dict[str, list[str]] = {county.id: [] for county in instance.counties}
    for envoy in instance.envoys:
        if envoy.fixed_team is None:
            continue
        fixed[envoy.fixed_team].append(envoy.id)
        if envoy.fixed_team in envoy.exclude:
            name = instance.county_by_id[envoy.fixed_team].name
            message = f"特派员 {envoy.id} 固定在{name}团，同时又不能进该团，请改其中一项。"
            found.append(TeamsConflict("EXCLUDE", envoy.fixed_team, (envoy.id,), message))
    for county in instance.counties:
        people = fixed[county.id]
        if len(people) > county.max_size:
            message = (
                f"{county.name}团固定了 {len(people)} 人，最多 {county.max_size} 人，"
                "请放宽人数上限或解除固定。"
            )
            found.append(TeamsConflict("MAX_SIZE", county.id, tuple(people), message))
    return tuple(found)


def first_formation(instance: TeamsInstance) -> Formation:
    """Teams that keep every rule; there must be no conflicts."""
    draft = _Draft(instance)
    for envoy in instance.envoys:
        if envoy.fixed_team is not None:
            draft.join(envoy, instance.county_by_id[envoy.fixed_team])
    for envoy in instance.envoys:
        if envoy.fixed_team is None and envoy.current_team is not None:
            county = instance.county_by_id[envoy.current_team]
            if envoy.may_join(county.id) and draft.size(county) < county.max_size:
                draft.join(envoy, county)
    draft.fill()
    return draft.formation()


@dataclass
class _Draft:
    """Teams in the making.

    Attributes:
        members: Members by county.
        open: Envoys without a team, in order.
    """

    instance: TeamsInstance
    members: dict[str, list[Member]] = field(default_factory=dict)
    open: dict[str, TeamEnvoy] = field(default_factory=dict)
    grouped: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.members = {county.id: [] for county in self.instance.counties}
        self.open = dict(self.instance.envoy_by_id)

    def size(self, county: TeamCounty) -> int:
        """Members so far."""
        return len(self.members[county.id])

    def join(self, envoy: TeamEnvoy, county: TeamCounty) -> None:
        """Take an envoy in, into the group where he or she is wanted and best."""
        group = self._group(envoy, county)
        if group is not None:
            self.grouped[county.id, group] += 1
        self.members[county.id].append(Member(envoy.id, group))
        del self.open[envoy.id]

    def fill(self) -> None:
        """Give each county in turn the nearest of those who cure most of what it lacks."""
        lacking = list(self.instance.counties)
        while lacking:
            lacking = [county for county in lacking if self._helped(county)]

    def formation(self) -> Formation:
        """What came of it."""
        return formation_of(self.instance, self.members, tuple(self.open))

    def _helped(self, county: TeamCounty) -> bool:
        if self.size(county) >= county.max_size:
            return False
        people = (envoy for envoy in self.open.values() if envoy.may_join(county.id))
        ranked = ((self._cures(envoy, county), envoy) for envoy in people)
        between = self.instance.travel.between
        cures, best = max(
            ranked, key=lambda item: (item[0], -between(item[1].base, county.id)), default=(0, None)
        )
        if best is None or not cures:
            return False
        self.join(best, county)
        return True

    def _cures(self, envoy: TeamEnvoy, county: TeamCounty) -> int:
        """By how much the shortfall of a county falls if an envoy joins."""
        team = [self.instance.envoy_by_id[member.envoy] for member in self.members[county.id]]
        local = sum(person.base == county.id for person in team)
        return (
            (len(team) < county.min_size)
            + (envoy.base == county.id and local < county.min_local)
            + (envoy.can_lead and not any(person.can_lead for person in team))
            + (self._group(envoy, county) is not None)
        )

    def _group(self, envoy: TeamEnvoy, county: TeamCounty) -> str | None:
        wanted = (
            group.specialty
            for group in county.groups
            if group.specialty in envoy.specialties
            and self.grouped[county.id, group.specialty] < group.min_members
        )
        return max(wanted, key=envoy.specialties.__getitem__, default=None)
