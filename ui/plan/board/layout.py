"""Rows and visit chips of the board, computed once per plan, view and filter; no Qt."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, StrEnum
from functools import cached_property, partial

from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plans import EnvoyCard, PlanView, VisitView

Matches = Callable[[str], bool]


class BoardMode(StrEnum):
    """What a row of the board stands for."""

    COUNTY = "county"
    ENVOY = "envoy"


class RowKind(Enum):
    """A heading, or a row that holds visits."""

    GROUP = "group"
    COUNTY = "county"
    ENVOY = "envoy"


class Move(Enum):
    """Where the selection goes."""

    LEFT = (0, -1)
    RIGHT = (0, 1)
    UP = (-1, 0)
    DOWN = (1, 0)


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What the board shows: rows of a county or a city, and visits whose text matches."""

    county: str | None = None
    city: str | None = None
    matches: Matches | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A visit in a row: slots `first`..`last` (both included) on lane `lane` from the top."""

    visit: VisitView
    row: int
    lane: int
    first: int
    last: int
    dimmed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `y` and `height` in px; `done` of `total` are visits (county) or half-days (envoy)."""

    kind: RowKind
    key: str
    title: str
    detail: str = ""
    county: str | None = None
    state: CoverageState | None = None
    done: int = 0
    total: int = 0
    lanes: int = 1
    y: int = 0
    height: int = 0
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True)
class BoardLayout:
    """All rows from top to bottom."""

    mode: BoardMode
    rows: tuple[Row, ...]
    row_height: int
    lane_height: int

    @cached_property
    def height(self) -> int:
        """Height of all rows in px."""
        return self.rows[-1].y + self.rows[-1].height if self.rows else 0

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        """All chips, row by row."""
        return tuple(chip for row in self.rows for chip in row.chips)

    @cached_property
    def by_visit(self) -> Mapping[str, tuple[Chip, ...]]:
        """Chips by visit id; several where a row stands for an envoy."""
        found: dict[str, list[Chip]] = defaultdict(list)
        for chip in self.chips:
            found[chip.visit.id].append(chip)
        return {key: tuple(chips) for key, chips in found.items()}

    def chips_of(self, visit_id: str, row_key: str = "") -> tuple[Chip, ...]:
        """Return the chips of a visit, of those only the one in a row where it lies there."""
        chips = self.by_visit.get(visit_id, ())
        return tuple(c for c in chips if self.rows[c.row].key == row_key) or chips

    def row_index(self, y: float) -> int | None:
        """Return the index of the row at y, or None outside."""
        place = bisect_right(self.rows, y, key=lambda row: row.y) - 1
        return place if place >= 0 and y < self.height else None

    def visible(self, top: float, bottom: float) -> range:
        """Return the indices of the rows that touch top..bottom."""
        first = max(0, bisect_right(self.rows, top, key=lambda row: row.y) - 1)
        last = bisect_right(self.rows, bottom, key=lambda row: row.y)
        return range(first, max(first, last))

    def chip_at(self, slot: int, y: float) -> Chip | None:
        """Return the chip that lies over a slot at height y."""
        index = self.row_index(y)
        if index is None:
            return None
        row = self.rows[index]
        lane = min(int((y - row.y) // self.lane_height), row.lanes - 1)
        return next((c for c in row.chips if c.lane == lane and c.first <= slot <= c.last), None)

    def chip_top(self, chip: Chip) -> int:
        """Return the upper edge of a chip's lane in px."""
        return self.rows[chip.row].y + chip.lane * self.lane_height

    def neighbour(self, chip: Chip, move: Move) -> Chip | None:
        """Return the chip that a move reaches: along the row in time, or the nearest one above."""
        if move in (Move.LEFT, Move.RIGHT):
            own = self.rows[chip.row].chips
            place = own.index(chip) + move.value[1]
            return own[place] if 0 <= place < len(own) else None
        return self._above_or_below(chip, move.value[0])

    def _above_or_below(self, chip: Chip, step: int) -> Chip | None:
        own = [
            c for c in self.rows[chip.row].chips if c.first <= chip.last and chip.first <= c.last
        ]
        lanes = [c for c in own if (c.lane - chip.lane) * step > 0]
        if lanes:
            return min(lanes, key=lambda c: abs(c.lane - chip.lane))
        index = chip.row + step
        while 0 <= index < len(self.rows):
            chips = self.rows[index].chips
            if chips:
                return min(chips, key=lambda c: (abs(c.first - chip.first), c.lane * step))
            index += step
        return None


def slots_within(row: Row, first: int, last: int) -> int:
    """Return how many half-days of the slots first..last (both included) a row's visits take."""
    spans = ((max(chip.first, first), min(chip.last, last)) for chip in row.chips)
    return sum(max(0, end - begin + 1) for begin, end in spans)


def _lane(row_height: int) -> int:
    """Stacked visits need no space between them but the chips' own edge."""
    return row_height - 3


def _spans(
    visits: Iterable[VisitView], place: Mapping[date, int]
) -> list[tuple[int, int, VisitView]]:
    found = []
    for visit in visits:
        if visit.start is None:
            continue
        first = place[visit.start.date] + (visit.slots == 1 and visit.start.half.value == "PM")
        found.append((first, first + visit.slots - 1, visit))
    return sorted(found, key=lambda span: (span[0], -span[1], span[2].id))


def stack(spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the lane of each span, spans ascending by start; overlapping spans differ in lane.

    Takes the lowest free lane each time, which needs the fewest lanes for intervals.
    """
    ends: list[int] = []
    lanes = []
    for first, last in spans:
        lane = next((at for at, end in enumerate(ends) if end < first), len(ends))
        if lane == len(ends):
            ends.append(last)
        ends[lane] = last
        lanes.append(lane)
    return tuple(lanes)


def _chips(
    visits: Sequence[VisitView], place: Mapping[date, int], lit: Sequence[bool]
) -> tuple[Chip, ...]:
    """Return the chips of visits held; `lit` says which are looked for, all where it is empty."""
    bright = dict(zip((visit.id for visit in visits), lit, strict=False))
    spans = _spans(visits, place)
    lanes = stack([(first, last) for first, last, _ in spans])
    return tuple(
        Chip(visit, 0, lane, first, last, not bright.get(visit.id, True))
        for (first, last, visit), lane in zip(spans, lanes, strict=True)
    )


class VisitText:
    """The words by which a visit is found; those of a visit are put together once."""

    def __init__(
        self, plan: PlanView, gazetteer: Gazetteer, specialty: Callable[[str], str]
    ) -> None:
        self.envoys = plan.envoys
        self._counties = gazetteer.by_code
        self._specialty = specialty
        self._visits: dict[str, tuple[VisitView, str]] = {}

    def county(self, code: str) -> str:
        """Return a county's names and city."""
        found = self._counties.get(code)
        return " ".join((found.name, found.short_name)) if found else code

    def envoy(self, card: EnvoyCard) -> str:
        """Return name, organisation and specialties of an envoy."""
        return " ".join((card.name, card.organisation, *map(self._specialty, card.specialties)))

    def visit(self, visit: VisitView) -> str:
        """Return place, content, specialties and people of a visit."""
        known = self._visits.get(visit.id)
        if known is None or known[0] is not visit:
            known = self._visits[visit.id] = visit, self._words(visit)
        return known[1]

    def _words(self, visit: VisitView) -> str:
        people = (self.envoys.get(envoy) for envoy in visit.envoys)
        names = (card.name for card in people if card)
        words = (self._specialty(role.specialty) for role in visit.roles)
        place = (self.county(visit.county), visit.place, visit.content, visit.mode)
        return " ".join((*place, *words, *names))


@dataclass(frozen=True, slots=True)
class _Made:
    """A row, and all that it was made of."""

    head: Row
    visits: tuple[VisitView, ...]
    lit: tuple[bool, ...]
    days: tuple[date, ...]
    row: Row


class RowKeeper:
    """Keeps rows from layout to layout: where nothing of a row changed it stays the same object.

    A plan changed by hand differs in a visit or two of two thousand, a search in what is dimmed.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[BoardMode, str], _Made] = {}
        self._text: VisitText | None = None
        self._grouped: tuple[PlanView, Mapping[str, list[VisitView]]] | None = None

    def text(
        self, plan: PlanView, gazetteer: Gazetteer, specialty: Callable[[str], str]
    ) -> VisitText:
        """Return the words of a plan's visits; they last as long as its people are the same."""
        if self._text is None or self._text.envoys != plan.envoys:
            self._text = VisitText(plan, gazetteer, specialty)
        return self._text

    def by_envoy(self, plan: PlanView) -> Mapping[str, list[VisitView]]:
        """Return the visits held by the people on them, for a search letter after letter."""
        if self._grouped is None or self._grouped[0] is not plan:
            visits: dict[str, list[VisitView]] = defaultdict(list)
            for visit in plan.held:
                for envoy in visit.envoys:
                    visits[envoy].append(visit)
            self._grouped = plan, visits
        return self._grouped[1]

    def find(
        self,
        key: tuple[BoardMode, str],
        head: Row,
        visits: tuple[VisitView, ...],
        lit: tuple[bool, ...],
        days: tuple[date, ...],
    ) -> Row | None:
        """Return the row made of the same before."""
        made = self._rows.get(key)
        if made is None or (made.head, made.visits, made.lit, made.days) != (
            head,
            visits,
            lit,
            days,
        ):
            return None
        return made.row

    def keep(self, key: tuple[BoardMode, str], made: _Made) -> None:
        """Keep a row in its place."""
        self._rows[key] = made


class _Builder:
    def __init__(
        self,
        plan: PlanView,
        gazetteer: Gazetteer,
        mode: BoardMode,
        shown: BoardFilter,
        row_height: int,
        text: VisitText,
        keeper: RowKeeper,
    ) -> None:
        self.plan = plan
        self.gazetteer = gazetteer
        self.mode = mode
        self.shown = shown
        self.row_height = row_height
        self.text = text
        self.keeper = keeper
        self.place = {day: 2 * index for index, day in enumerate(plan.days)}
        self.made: dict[str, _Made] = {}
        self.found: dict[str, bool] = {}
        self.counties = gazetteer.by_code
        self.months = len({(day.year, day.month) for day in plan.days})

    def wanted(self, code: str | None) -> bool:
        county = self.counties.get(code or "")
        if self.shown.county and code != self.shown.county:
            return False
        return not self.shown.city or (county is not None and county.city == self.shown.city)

    def lit(self, matches: Matches, visit: VisitView) -> bool:
        """Whether a visit is looked for; asked once, though it may lie in several rows."""
        known = self.found.get(visit.id)
        if known is None:
            known = self.found[visit.id] = matches(self.text.visit(visit))
        return known

    def filled(
        self, head: Row, visits: Iterable[VisitView], own_text: Callable[[], str]
    ) -> Row | None:
        """Give a row its chips; None where neither the row nor a visit of it is looked for."""
        matches = self.shown.matches
        held = tuple(visit for visit in visits if visit.start is not None)
        lit: tuple[bool, ...] = ()
        if matches is not None and not matches(own_text()):
            lit = tuple(self.lit(matches, visit) for visit in held)
            if not any(lit):
                return None
        row = self.keeper.find((self.mode, head.key), head, held, lit, self.plan.days)
        if row is None:
            chips = _chips(held, self.place, lit)
            lanes = max((chip.lane for chip in chips), default=0) + 1
            height = self.row_height + (lanes - 1) * _lane(self.row_height)
            row = replace(head, chips=chips, lanes=lanes, height=height)
        self.made[head.key] = _Made(head, held, lit, self.plan.days, row)
        return row

    def county_rows(self) -> list[Row]:
        coverage = {item.county: item for item in self.plan.coverage}
        visits: dict[str, list[VisitView]] = defaultdict(list)
        for visit in self.plan.visits:
            visits[visit.county].append(visit)
        rows = []
        for city in self.gazetteer.cities:
            own = []
            for county in self.gazetteer.counties:
                if county.city != city or not self.wanted(county.code):
                    continue
                item = coverage.get(county.code)
                row = Row(
                    RowKind.COUNTY,
                    county.code,
                    county.name,
                    county=county.code,
                    state=item.state if item else CoverageState.NONE,
                    done=sum(visit.held for visit in visits[county.code]),
                    total=len(visits[county.code]),
                    height=self.row_height,
                )
                words = partial(self.text.county, county.code)
                own.append(self.filled(row, visits[county.code], words))
            covered = sum(row.state is CoverageState.COVERED for row in own if row)
            detail = f"已覆盖 {covered}/{sum(row is not None for row in own)} 县"
            rows += self.grouped(city, city, detail, own)
        return rows

    def envoy_rows(self) -> list[Row]:
        visits = self.keeper.by_envoy(self.plan)
        teams: dict[str | None, list[EnvoyCard]] = defaultdict(list)
        for card in self.plan.envoys.values():
            teams[card.team_county].append(card)
        rows = []
        for code in (*self.counties, None):
            cards = [card for card in teams[code] if self.shows(card, visits[card.id])]
            own = [self.envoy_row(card, visits[card.id]) for card in cards]
            title = f"{self.counties[code].name}县团" if code else "机动（未编入县团）"
            detail = f"{sum(row is not None for row in own)} 人"
            rows += self.grouped(f"team:{code or ''}", title, detail, own)
        return rows

    def shows(self, card: EnvoyCard, visits: Sequence[VisitView]) -> bool:
        """Whether an envoy is of the county or city shown, by team or by a visit there."""
        return self.wanted(card.team_county) or any(self.wanted(v.county) for v in visits)

    def envoy_row(self, card: EnvoyCard, visits: Sequence[VisitView]) -> Row | None:
        row = Row(
            RowKind.ENVOY,
            card.id,
            card.name,
            card.organisation,
            county=card.team_county,
            done=sum(visit.slots for visit in visits),
            total=card.max_slots_month * max(1, self.months),
            height=self.row_height,
        )
        return self.filled(row, visits, partial(self.text.envoy, card))

    def grouped(self, key: str, title: str, detail: str, rows: Iterable[Row | None]) -> list[Row]:
        own = [row for row in rows if row is not None]
        if not own:
            return []
        head = Row(
            RowKind.GROUP,
            key,
            title,
            detail,
            done=sum(row.done for row in own),
            total=sum(row.total for row in own),
            height=self.row_height,
        )
        return [head, *own]


def build_layout(
    plan: PlanView,
    gazetteer: Gazetteer,
    specialty: Callable[[str], str],
    mode: BoardMode,
    shown: BoardFilter | None = None,
    row_height: int = 24,
    keeper: RowKeeper | None = None,
) -> BoardLayout:
    """Lay out a plan: rows in gazetteer order, visits stacked where they share a half-day.

    `specialty` names a vocabulary code; `row_height` is the height of a row with one lane in px.
    With a `keeper` rows of its last layout are taken as they are where nothing of them changed.
    """
    keeper = keeper or RowKeeper()
    text = keeper.text(plan, gazetteer, specialty)
    builder = _Builder(plan, gazetteer, mode, shown or BoardFilter(), row_height, text, keeper)
    rows = builder.county_rows() if mode is BoardMode.COUNTY else builder.envoy_rows()
    y = 0
    placed = []
    for index, row in enumerate(rows):
        placed.append(_placed(row, index, y))
        y += row.height
        made = builder.made.get(row.key)
        if made is not None:
            made = made if made.row is placed[-1] else replace(made, row=placed[-1])
            keeper.keep((mode, row.key), made)
    return BoardLayout(mode, tuple(placed), row_height, _lane(row_height))


def _placed(row: Row, index: int, y: int) -> Row:
    """Return the row where it belongs: itself where it was there before."""
    chips = row.chips
    if chips and chips[0].row != index:
        chips = tuple(Chip(c.visit, index, c.lane, c.first, c.last, c.dimmed) for c in chips)
    elif row.y == y:
        return row
    return replace(row, y=y, chips=chips)
