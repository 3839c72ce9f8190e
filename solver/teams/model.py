"""Team formation as a 0-1 programme whose linear relaxation is nearly whole.

Every envoy takes at most one place: a plain one or one in a group, in some county. That is a flow
from envoys through places to counties; only locals and leaders count across it, so that what is
left for branching is little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from solver.engine.linear import Expression, Programme, Row
from solver.teams.instance import TOP_LEVEL, TeamCounty, TeamEnvoy, TeamsInstance
from solver.teams.solution import Formation, Member, Team

Terms = list[tuple[int, int]]
Place = tuple[str, str, str | None]
"""Envoy, county, and the specialty of the group or None."""

_HALF: Final = 0.5


class TeamsModel:
    """Variables, rows and the three tiers.

    Attributes:
        programme: Variables and rows.
        tiers: What is minimised, in order.
    """

    def __init__(self, instance: TeamsInstance) -> None:
        self.instance = instance
        self.programme = Programme()
        self.tiers = (Expression(), Expression(), Expression())
        self._places: dict[Place, int] = {}
        self._in_county: defaultdict[str, Terms] = defaultdict(list)
        self._locals: defaultdict[str, Terms] = defaultdict(list)
        self._leaders: defaultdict[str, Terms] = defaultdict(list)
        self._in_group: defaultdict[tuple[str, str], Terms] = defaultdict(list)
        self._slacks: list[tuple[int, Terms, int]] = []
        for envoy in instance.envoys:
            self._add_envoy(envoy)
        for county in instance.counties:
            self._add_county(county)

    def formation(self, values: Sequence[float]) -> Formation:
        """The teams that a solution stands for."""
        members: defaultdict[str, list[Member]] = defaultdict(list)
        reserve = dict.fromkeys(envoy.id for envoy in self.instance.envoys)
        for (envoy, county, group), variable in self._places.items():
            if values[variable] > _HALF:
                members[county].append(Member(envoy, group))
                reserve.pop(envoy, None)
        return formation_of(self.instance, members, tuple(reserve))

    def values_of(self, formation: Formation) -> dict[int, int]:
        """A formation as values of all variables, for a warm start."""
        values = dict.fromkeys(range(len(self.programme.upper)), 0)
        for team in formation.teams:
            for member in team.members:
                values[self._places[member.envoy, team.county, member.group]] = 1
        for slack, terms, need in self._slacks:
            held = sum(values[variable] * factor for variable, factor in terms)
            values[slack] = max(0, need - held)
        return values

    def at_most(self, tier: int, value: int) -> Row:
        """The row that keeps a tier at a value or below."""
        expression = self.tiers[tier]
        return Row(list(expression.terms.items()), None, value - expression.constant)

    def largest(self, expression: Expression) -> int:
        """No solution has a larger value."""
        upper = self.programme.upper
        return expression.constant + sum(
            max(0, factor) * upper[variable] for variable, factor in expression.terms.items()
        )

    def _add_envoy(self, envoy: TeamEnvoy) -> None:
        """Places of an envoy; one of them is taken, or none where nothing is fixed."""
        _, moves, _ = self.tiers
        taken: Terms = []
        if envoy.current_team is not None:
            moves.constant += 1
        for county in self.instance.counties:
            if not envoy.may_join(county.id):
                continue
            for group, cost in self._kinds(envoy, county):
                variable = self._place(envoy, county, group, cost)
                taken.append((variable, 1))
                if county.id == envoy.current_team:
                    moves.add(variable, -1)
        self.programme.row(taken, None if envoy.fixed_team is None else 1, 1)

    def _kinds(self, envoy: TeamEnvoy, county: TeamCounty) -> Iterator[tuple[str | None, int]]:
        """The groups an envoy may be in and the cost of the place; a full group is never useful."""
        weights = self.instance.weights
        cost = weights.travel_minute * self.instance.travel.between(envoy.base, county.id)
        wishes = envoy.preferences
        rank = wishes.index(county.id) if county.id in wishes else len(wishes)
        cost += weights.preference_step * rank
        yield None, cost
        for group in county.groups:
            level = envoy.specialties.get(group.specialty)
            if level is not None and group.min_members:
                yield group.specialty, cost + weights.level_gap * (TOP_LEVEL - level)

    def _place(self, envoy: TeamEnvoy, county: TeamCounty, group: str | None, cost: int) -> int:
        variable = self.programme.variable()
        self._places[envoy.id, county.id, group] = variable
        self.tiers[2].add(variable, cost)
        self._in_county[county.id].append((variable, 1))
        if group is not None:
            self._in_group[county.id, group].append((variable, 1))
        if envoy.base == county.id:
            self._locals[county.id].append((variable, 1))
        if envoy.can_lead:
            self._leaders[county.id].append((variable, 1))
        return variable

    def _add_county(self, county: TeamCounty) -> None:
        shortfall, _, cost = self.tiers
        members = self._in_county[county.id]
        self.programme.row(members, None, county.max_size)
        needs = [
            (members, county.min_size),
            (self._locals[county.id], county.min_local),
            (self._leaders[county.id], 1),
        ]
        for terms, need in needs:
            shortfall.add(self._slack(terms, need), 1)
        for group in county.groups:
            terms = self._in_group[county.id, group.specialty]
            shortfall.add(self._slack(terms, group.min_members, exact=True), 1)
        weight = self.instance.weights.size_gap
        most = min(county.max_size, len(self.instance.envoys))
        excess = self.programme.variable(most, integer=False)
        fewer = [(variable, -1) for variable, _ in members]
        self._slacks.append((excess, fewer, -county.target_size))
        cost.add(excess, weight)
        cost.add(self._slack([*members, (excess, -1)], county.target_size, exact=True), weight)

    def _slack(self, terms: Terms, need: int, exact: bool = False) -> int:
        """A variable for what the terms lack of a need; exactly: they may not exceed it."""
        slack = self.programme.variable(need, integer=False)
        if need or (exact and terms):
            self.programme.row([*terms, (slack, 1)], need, need if exact else None)
            self._slacks.append((slack, terms, need))
        return slack


def formation_of(
    instance: TeamsInstance, members: Mapping[str, Sequence[Member]], reserve: tuple[str, ...]
) -> Formation:
    """Teams in the order of the counties, each led by somebody who can, a local if possible."""
    teams = []
    for county in instance.counties:
        team = tuple(members.get(county.id, ()))
        people = [instance.envoy_by_id[member.envoy] for member in team]
        able = [person for person in people if person.can_lead]
        leader = min(able, key=lambda person: person.base != county.id, default=None)
        teams.append(Team(county.id, leader.id if leader else None, team))
    return Formation(tuple(teams), reserve)
