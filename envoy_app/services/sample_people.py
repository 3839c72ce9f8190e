"""The fictional envoys: who they are and where they work, deterministic by seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from envoy_app.domain.geography import County
from envoy_app.domain.people import Absence, Envoy, Sharing
from envoy_app.services.sample_words import Month, Setting, shares, weighted, words

TEAM_SHARE = 0.85
SHARE_OF_CITY_ONLY = 0.3
REGION = "510000"  # given to no county, so that no ID number here is anyone's
PHONE_PREFIX = "1900000"
_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A row of the sample roster, in the words an office uses."""

    name: str
    gender: str
    birth: date
    id_number: str
    organisation: str
    post: str
    title: str
    rank: int
    education: str
    major: str
    specialties: str
    phone: str
    base_county: str
    team_county: str
    team_role: str = ""
    remarks: str = ""


def teaches(organisation: str) -> bool:
    """Whether an organisation has students; 农业科学院 ends like a college but has none."""
    return "大学" in organisation or "职业学院" in organisation


def check_digit(first_17: str) -> str:
    """Return the 18th digit of an ID number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _CHECK_WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def make_people(setting: Setting, seed: int, count: int) -> tuple[SamplePerson, ...]:
    """Return `count` envoys; supply follows what the coverage standard asks, save for the scarce.

    Teams (85 % of the people) are as large as their county's standard is demanding.
    """
    return _People(setting, Random(f"people-{seed}"), count).make()


class _People:
    def __init__(self, setting: Setting, random: Random, count: int) -> None:
        self._setting = setting
        self._random = random
        self._count = count
        self._names: set[str] = set()
        self._phones = iter(random.sample(range(10_000), count))
        self._serials = iter(random.sample(range(100, 1000), min(count, 900)))
        self._needs = self._county_needs()

    def _county_needs(self) -> dict[str, dict[str, float]]:
        """Half-days that each county asks of each specialty in a month."""
        needs: dict[str, dict[str, float]] = defaultdict(dict)
        scarce = words()["scarce"]
        for line in self._setting.standards:
            slots = line.visits_per_month * line.headcount * line.slots
            needs[line.county][line.specialty] = slots * scarce.get(line.specialty, 1.0)
        return needs

    def make(self) -> tuple[SamplePerson, ...]:
        counties = self._setting.gazetteer.counties
        in_teams = round(self._count * TEAM_SHARE)
        sizes = shares(in_teams, [20 + sum(self._needs[item.code].values()) for item in counties])
        people: list[SamplePerson] = []
        for county, size in zip(counties, sizes, strict=True):
            people += self._team(county, size)
        for _ in range(self._count - in_teams):
            county = self._random.choice(counties)
            people.append(replace(self._person(county), team_county=""))
        self._random.shuffle(people)
        return tuple(people)

    def _team(self, county: County, size: int) -> list[SamplePerson]:
        """Make a team: the most senior lead it."""
        people = sorted((self._person(county) for _ in range(size)), key=lambda item: -item.rank)
        roles = ["团长", "副团长", "组长", "组长"]
        named = [*roles[:size], *["成员"] * (size - len(roles))]
        return [replace(item, team_role=role) for item, role in zip(people, named, strict=True)]

    def _person(self, county: County) -> SamplePerson:
        codes = self._specialties(county.code)
        group = self._setting.group(codes[0])
        place = weighted(self._random, (("institute", 42), ("station", 47), ("firm", 11)))
        rank = self._random.choices(range(4), words()["rank_weights"][place])[0]
        base, organisation, kind = self._employer(place, county, group)
        birth = self._birth(rank)
        gender = "女" if self._random.random() < 0.36 else "男"
        return SamplePerson(
            name=self._name(gender),
            gender=gender,
            birth=birth,
            id_number=self._id_number(birth, gender),
            organisation=organisation,
            post=self._random.choice(words()["posts"][kind]),
            title=self._title(kind, group, rank),
            rank=rank,
            education=weighted(self._random, words()["education"][place]),
            major=self._random.choice(words()["majors"][group]),
            specialties="、".join(self._word(code) for code in codes),
            phone=f"{PHONE_PREFIX}{next(self._phones):04d}",
            base_county=base.name,
            team_county=county.name,
            remarks=self._remark(birth),
        )

    def _specialties(self, county: str) -> list[str]:
        """Draw one to three, by the county's needs; further ones of the same group or services."""
        needs = self._needs[county]
        first = weighted(self._random, needs.items())
        group = self._setting.group(first)
        near = [
            code
            for code in words()["specialty_words"]
            if code != first
            and code not in words()["scarce"]
            and (code in needs or self._setting.group(code) == group)
        ]
        further = self._random.choices((0, 1, 2), (46, 42, 12))[0]
        return [first, *self._random.sample(near, k=further)]

    def _word(self, code: str) -> str:
        word: str = self._random.choice(words()["specialty_words"][code])
        return word

    def _employer(self, place: str, county: County, group: str) -> tuple[County, str, str]:
        """Return the base county, the organisation and the kind of its titles and posts."""
        pick = self._random.choice
        if place == "institute":
            seat = weighted(self._random, words()["institute_counties"].items())
            name = pick(words()["institutes"][group])
            kind = "teaching" if teaches(name) else "research"
            return self._setting.gazetteer.by_code[seat], name, kind
        base = county if self._random.random() < 0.75 else self._neighbour(county)
        if place == "station":
            return base, base.name + pick(words()["stations"][group]), "station"
        return base, pick(words()["firms"]), "firm"

    def _neighbour(self, county: County) -> County:
        same = [item for item in self._setting.gazetteer.counties if item.city == county.city]
        return self._random.choice(same)

    def _title(self, kind: str, group: str, rank: int) -> str:
        titles = words()["titles"]
        ladder = titles[kind] if kind in titles else titles[group]
        title: str = ladder[rank][0]
        return title

    def _birth(self, rank: int) -> date:
        years = self._random.randint(*((24, 34), (29, 50), (36, 58), (44, 60))[rank])
        return date(2026, 1, 1) - timedelta(days=years * 365 + self._random.randint(0, 364))

    def _id_number(self, birth: date, gender: str) -> str:
        order = next(self._serials, None) or self._random.randint(100, 999)
        serial = order - order % 2 + (1 if gender == "男" else 0)
        first = f"{REGION}{birth:%Y%m%d}{serial:03d}"
        return first + check_digit(first)

    def _name(self, gender: str) -> str:
        """Return a name nobody has yet: two of one name would ask the user who is who."""
        for _ in range(1000):
            name = self._draw_name(gender)
            if name not in self._names:
                self._names.add(name)
                return name
        raise ValueError("more people than the sample's words make names for")

    def _draw_name(self, gender: str) -> str:
        chance, known = self._random.random(), words()
        key = "male" if gender == "男" else "female"
        if chance < 0.02:
            minority: str = self._random.choice(known[f"minority_{key}"])
            return minority
        family: str = self._random.choice(known["surnames"])
        if chance > 0.985:
            family = self._random.choice(known["compound_surnames"])
        given: list[str] = self._random.choices(
            known[key], k=self._random.choices((1, 2), (3, 7))[0]
        )
        if self._random.random() < 0.04:
            given[-1] = self._random.choice(known["rare"])
        return family + "".join(given)

    def _remark(self, birth: date) -> str:
        if birth.year < 1967:
            return "退休返聘"
        if self._random.random() > 0.16:
            return ""
        remark: str = self._random.choice(words()["remarks"])
        return remark


def make_sharing(envoys: tuple[Envoy, ...], seed: int) -> dict[str, Sharing]:
    """Return how far each envoy is lent, by id: some offices do not lend beyond their city."""
    random = Random(f"sharing-{seed}")
    return {
        envoy.id: Sharing.CITY if random.random() < SHARE_OF_CITY_ONLY else Sharing.METRO
        for envoy in envoys
    }


def make_absences(
    envoys: tuple[Envoy, ...], month: Month, seed: int
) -> dict[str, tuple[Absence, ...]]:
    """Return when each envoy cannot come in the month, by envoy id; those always free are left out.

    Teachers teach on two weekdays in part of the month; others are on leave or at meetings.
    """
    random = Random(f"absences-{seed}-{month.start}")
    made = {envoy.id: tuple(_absences(envoy, month, random)) for envoy in envoys}
    return {envoy: absences for envoy, absences in made.items() if absences}


def _absences(envoy: Envoy, month: Month, random: Random) -> Iterator[Absence]:
    known = words()["absences"]
    if teaches(envoy.organisation) and random.random() < 0.6:
        taught = random.sample(range(5), k=2)
        first = random.randrange(2)
        for day in month.weekdays:
            if day.weekday() in taught and (day.day - 1) // 7 >= first:
                yield Absence(day, day, None, known["teaching"])
    chance = random.random()
    if chance < 0.02:
        yield Absence(month.start, month.end, None, random.choice(known["long"]))
    elif chance < 0.16:
        start = random.choice(month.weekdays)
        length = random.randint(1, 5)
        end = min(month.end, start + timedelta(days=length - 1))
        yield Absence(start, end, None, random.choice(known["leave"]))
