"""Judges teams, ours or edited by hand, with code that shares nothing with the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from solver.teams.instance import TOP_LEVEL, TeamCounty, TeamsInstance
from solver.teams.solution import Formation, Member, Team, TeamsScore


@dataclass(frozen=True)
class TeamsViolation:
    """A hard rule that does not hold; the message is a Chinese sentence."""

    code: str
    county: str | None
    envoy: str | None
    message: str


@dataclass(frozen=True)
class CountyShortfall:
    """What the team of a county lacks: people, locals, a leader, members of its groups."""

    county: str
    size: int
    local: int
    leader: int
    groups: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """What the county adds to the first tier."""
        return self.size + self.local + self.leader + sum(lack for _, lack in self.groups)


@dataclass(frozen=True)
class TeamsBreakdown:
    """What the score is made of: cost = travel + preference + size + level.

    Attributes:
        moved: The envoys who are not on their current team any more.
    """

    travel: int
    preference: int
    size: int
    level: int
    shortfalls: tuple[CountyShortfall, ...]
    moved: tuple[str, ...]


@dataclass(frozen=True)
class TeamsReport:
    """All violations of a formation and its score."""

    violations: tuple[TeamsViolation, ...]
    score: TeamsScore
    breakdown: TeamsBreakdown


def check_teams(instance: TeamsInstance, formation: Formation) -> TeamsReport:
    """Every violation of a formation, and its score (problem-format.md, section 2).

    Never raises, however wrong the formation is. The score of one with violations counts each
    known envoy once, on the first known team that names him or her, and only groups and leaders
    that are valid.

    Args:
        instance: The problem.
        formation: Teams and reserve.

    Returns:
        Violations, the three tiers, and what they are made of.
    """
    violations = [
        found
        for rule in (_counties, _places, _fixed, _sizes, _groups, _leaders)
        for found in rule(instance, formation)
    ]
    breakdown = _breakdown(instance, _read(instance, formation))
    cost = breakdown.travel + breakdown.preference + breakdown.size + breakdown.level
    shortfall = sum(item.total for item in breakdown.shortfalls)
    score = TeamsScore(shortfall, len(breakdown.moved), cost)
    return TeamsReport(tuple(violations), score, breakdown)


def _name(instance: TeamsInstance, county: str) -> str:
    known = instance.county_by_id.get(county)
    return known.name or county if known else county


def _counties(instance: TeamsInstance, formation: Formation) -> Iterator[TeamsViolation]:
    """Every county has one team."""
    listed = Counter(team.county for team in formation.teams)
    for county, times in listed.items():
        if county not in instance.county_by_id:
            yield TeamsViolation("FORMAT", county, None, f"县 {county} 不在问题中。")
        elif times > 1:
            message = f"{_name(instance, county)}在方案中出现 {times} 次，应只有一个县团。"
            yield TeamsViolation("FORMAT", county, None, message)
    for county in instance.county_by_id.keys() - listed.keys():
        message = f"方案中没有{_name(instance, county)}的县团。"
        yield TeamsViolation("FORMAT", county, None, message)


def _places(instance: TeamsInstance, formation: Formation) -> Iterator[TeamsViolation]:
    """Everyone has one place, on a team or in the reserve."""
    places = Counter(formation.reserve)
    for team in formation.teams:
        places.update(member.envoy for member in team.members)
    for envoy, times in places.items():
        if envoy not in instance.envoy_by_id:
            yield TeamsViolation("FORMAT", None, envoy, f"特派员 {envoy} 不在问题中。")
        elif times > 1:
            message = f"特派员 {envoy} 有 {times} 个位置，应只在一个县团或机动库。"
            yield TeamsViolation("TEAM", None, envoy, message)
    for person in instance.envoys:
        if person.id not in places:
            message = f"特派员 {person.id} 既不在县团也不在机动库。"
            yield TeamsViolation("TEAM", None, person.id, message)


def _fixed(instance: TeamsInstance, formation: Formation) -> Iterator[TeamsViolation]:
    """Fixed teams and exclusions hold."""
    joined = {(m.envoy, team.county) for team in formation.teams for m in team.members}
    for person in instance.envoys:
        fixed = person.fixed_team
        if fixed is not None and (person.id, fixed) not in joined:
            message = f"特派员 {person.id} 固定在{_name(instance, fixed)}团，方案中却不在。"
            yield TeamsViolation("FIXED", fixed, person.id, message)
        for county in person.exclude:
            if (person.id, county) in joined:
                message = f"特派员 {person.id} 不能进{_name(instance, county)}团。"
                yield TeamsViolation("EXCLUDE", county, person.id, message)


def _sizes(instance: TeamsInstance, formation: Formation) -> Iterator[TeamsViolation]:
    for team in formation.teams:
        county = instance.county_by_id.get(team.county)
        size = len({member.envoy for member in team.members})
        if county is not None and size > county.max_size:
            message = f"{_name(instance, county.id)}团有 {size} 人，最多 {county.max_size} 人。"
            yield TeamsViolation("MAX_SIZE", county.id, None, message)


def _groups(instance: TeamsInstance, formation: Formation) -> Iterator[TeamsViolation]:
    """A group is one of the county's, and its members have its specialty."""
    for team in formation.teams:
        county = instance.county_by_id.get(team.county)
        for member in team.members:
            if county is None or member.group is None:
                continue
            where = f"{_name(instance, county.id)}团"
            if not _wants(county, member.group):
                message = f"{where}没有“{member.group}”产业组，特派员 {member.envoy} 不能编入。"
                yield TeamsViolation("GROUP", county.id, member.envoy, message)
            elif not _level(instance, member):
                message = f"特派员 {member.envoy} 没有“{member.group}”专业，不能进{where}该产业组。"
                yield TeamsViolation("GROUP", county.id, member.envoy, message)


def _leaders(instance: TeamsInstance, formation: Formation) -> Iterator[TeamsViolation]:
    for team in formation.teams:
        if team.leader is None or _leads(instance, team):
            continue
        where = _name(instance, team.county)
        why = "没有担任团长的资格" if _on(team, team.leader) else "不是该团成员"
        message = f"{where}团的团长 {team.leader} {why}。"
        yield TeamsViolation("LEADER", team.county, team.leader, message)


def _wants(county: TeamCounty, specialty: str | None) -> bool:
    return any(group.specialty == specialty for group in county.groups)


def _level(instance: TeamsInstance, member: Member) -> int:
    """Level in the specialty of the group; 0 where there is none."""
    person = instance.envoy_by_id.get(member.envoy)
    return person.specialties.get(member.group or "", 0) if person else 0


def _on(team: Team, envoy: str) -> bool:
    return any(member.envoy == envoy for member in team.members)


def _leads(instance: TeamsInstance, team: Team) -> bool:
    if team.leader is None or not _on(team, team.leader):
        return False
    person = instance.envoy_by_id.get(team.leader)
    return person is not None and person.can_lead


@dataclass
class _Read:
    """The members of a county's team that count, and whether it has a leader."""

    members: list[Member]
    led: bool


def _read(instance: TeamsInstance, formation: Formation) -> dict[str, _Read]:
    teams = {county.id: _Read([], False) for county in instance.counties}
    placed: set[str] = set()
    for team in formation.teams:
        if team.county not in teams:
            continue
        read = teams[team.county]
        read.led |= _leads(instance, team)
        for member in team.members:
            if member.envoy in instance.envoy_by_id and member.envoy not in placed:
                placed.add(member.envoy)
                read.members.append(member)
    return teams


def _breakdown(instance: TeamsInstance, teams: dict[str, _Read]) -> TeamsBreakdown:
    weights = instance.weights
    travel = preference = size = level = 0
    place: dict[str, str] = {}
    for county in instance.counties:
        members = teams[county.id].members
        size += abs(len(members) - county.target_size)
        for member in members:
            person = instance.envoy_by_id[member.envoy]
            place[person.id] = county.id
            travel += instance.travel.between(person.base, county.id)
            preference += _rank(person.preferences, county.id)
            if _wants(county, member.group) and (known := _level(instance, member)):
                level += TOP_LEVEL - known
    return TeamsBreakdown(
        travel=travel * weights.travel_minute,
        preference=preference * weights.preference_step,
        size=size * weights.size_gap,
        level=level * weights.level_gap,
        shortfalls=tuple(_shortfall(instance, c, teams[c.id]) for c in instance.counties),
        moved=tuple(
            person.id
            for person in instance.envoys
            if person.current_team is not None and place.get(person.id) != person.current_team
        ),
    )


def _rank(preferences: tuple[str, ...], county: str) -> int:
    """Place in the list of wishes; its length where the county is not in it."""
    return preferences.index(county) if county in preferences else len(preferences)


def _shortfall(instance: TeamsInstance, county: TeamCounty, team: _Read) -> CountyShortfall:
    local = sum(instance.envoy_by_id[m.envoy].base == county.id for m in team.members)
    grouped = Counter(m.group for m in team.members if _level(instance, m))
    lacks = (
        (group.specialty, max(0, group.min_members - grouped[group.specialty]))
        for group in county.groups
    )
    return CountyShortfall(
        county=county.id,
        size=max(0, county.min_size - len(team.members)),
        local=max(0, county.min_local - local),
        leader=0 if team.led else 1,
        groups=tuple(lacks),
    )
