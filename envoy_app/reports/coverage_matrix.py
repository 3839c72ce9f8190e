"""Document 覆盖总表: counties × weeks, then all that is not covered and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from envoy_app.domain.coverage import CountyCoverage, CoverageState
from envoy_app.domain.geography import County
from envoy_app.domain.plans import VisitView
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.reports import wording
from envoy_app.reports.model import (
    CityBlock,
    CoverageMatrix,
    MatrixCell,
    MatrixRow,
    ShortfallRow,
    Source,
    UnscheduledRow,
    WeekColumn,
)
from envoy_app.reports.selection import chosen_counties

TITLE = "覆盖总表"
# With more weeks than this a column is too narrow for the specialties beside the count.
DETAIL_WEEKS = 6

Week = tuple[int, int]


def build(source: Source) -> CoverageMatrix:
    """Return the document's data.

    Raises:
        InputError: a county code is not in the gazetteer.
    """
    counties = chosen_counties(source)
    codes = {county.code for county in counties}
    visits = [visit for visit in source.view.visits if visit.county in codes]
    coverage = [item for item in source.view.coverage if item.county in codes]
    weeks = tuple(dict.fromkeys(_week(day) for day in source.view.days))
    cities = _cities(counties, _rows(counties, visits, coverage, weeks, source.vocabulary))
    return CoverageMatrix(
        frame=wording.frame(source, TITLE),
        paper="a3",
        summary=_summary(coverage, visits),
        weeks=tuple(_column(week, source.view.days) for week in weeks),
        cities=cities,
        totals=_add(city.totals for city in cities),
        held=sum(city.held for city in cities),
        wanted=sum(city.wanted for city in cities),
        required=sum(city.required for city in cities),
        met=sum(city.met for city in cities),
        shortfalls=_shortfalls(counties, coverage, source.vocabulary),
        unscheduled=_unscheduled(source, codes),
    )


def _week(day: date) -> Week:
    iso = day.isocalendar()
    return iso.year, iso.week


def _column(week: Week, days: Sequence[date]) -> WeekColumn:
    own = [day for day in days if _week(day) == week]
    first, last = own[0], own[-1]
    dates = f"{first:%m-%d}" if first == last else f"{first:%m-%d}—{last:%m-%d}"
    return WeekColumn(f"第{week[1]}周", dates)


def _summary(coverage: Sequence[CountyCoverage], visits: Sequence[VisitView]) -> str:
    states = Counter(item.state for item in coverage)
    held = sum(visit.held for visit in visits)
    parts = [f"{len(coverage)} 个县（市、区）"]
    parts += [f"{state.label} {states[state]} 个" for state in CoverageState if states[state]]
    return "，".join(
        (*parts, f"应排 {len(visits)} 次", f"已排 {held} 次", f"未排 {len(visits) - held} 次")
    )


def _rows(
    counties: Sequence[County],
    visits: Sequence[VisitView],
    coverage: Sequence[CountyCoverage],
    weeks: Sequence[Week],
    vocabulary: Vocabulary,
) -> dict[str, MatrixRow]:
    own: dict[str, list[VisitView]] = defaultdict(list)
    for visit in visits:
        own[visit.county].append(visit)
    judged = {item.county: item for item in coverage}
    detailed = len(weeks) <= DETAIL_WEEKS
    return {
        county.code: _row(
            county,
            own[county.code],
            judged.get(county.code),
            tuple(_cell(own[county.code], week, vocabulary, detailed) for week in weeks),
        )
        for county in counties
    }


def _row(
    county: County,
    visits: Sequence[VisitView],
    coverage: CountyCoverage | None,
    cells: tuple[MatrixCell, ...],
) -> MatrixRow:
    # The county's minimum counts visits that the specialty lines count already.
    lines = [line for line in coverage.lines if line.specialty is not None] if coverage else []
    state = coverage.state if coverage else CoverageState.NONE
    return MatrixRow(
        county=county.name,
        cells=cells,
        held=sum(visit.held for visit in visits),
        wanted=len(visits),
        required=sum(line.needed for line in lines),
        met=sum(min(line.held, line.needed) for line in lines),
        state=state.value,
        state_label=state.label,
    )


def _cell(
    visits: Sequence[VisitView], week: Week, vocabulary: Vocabulary, detailed: bool
) -> MatrixCell:
    held = [visit for visit in visits if visit.start and _week(visit.start.date) == week]
    if not detailed:
        return MatrixCell(len(held), "")
    names = Counter(vocabulary.short(role.specialty) for visit in held for role in visit.roles[:1])
    parts = (name if count == 1 else f"{name}×{count}" for name, count in names.items())
    return MatrixCell(len(held), " ".join(parts))


def _cities(counties: Sequence[County], rows: dict[str, MatrixRow]) -> tuple[CityBlock, ...]:
    blocks = []
    for city in dict.fromkeys(county.city for county in counties):
        own = tuple(rows[county.code] for county in counties if county.city == city)
        covered = sum(row.state == CoverageState.COVERED.value for row in own)
        blocks.append(
            CityBlock(
                city=city,
                covered=f"{covered}/{len(own)} 已覆盖",
                totals=_add(tuple(cell.count for cell in row.cells) for row in own),
                held=sum(row.held for row in own),
                wanted=sum(row.wanted for row in own),
                required=sum(row.required for row in own),
                met=sum(row.met for row in own),
                rows=own,
            )
        )
    return tuple(blocks)


def _add(columns: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(values) for values in zip(*columns, strict=True))


def _shortfalls(
    counties: Sequence[County], coverage: Sequence[CountyCoverage], vocabulary: Vocabulary
) -> tuple[ShortfallRow, ...]:
    judged = {item.county: item for item in coverage}
    return tuple(
        ShortfallRow(
            city=county.city,
            county=county.name,
            what=wording.line_name(line, vocabulary),
            needed=line.needed,
            held=line.held,
            missing=line.shortfall,
            reason=wording.sentence((line.reason,)),
        )
        for county in counties
        if county.code in judged
        for line in judged[county.code].lines
        if line.shortfall
    )


def _unscheduled(source: Source, codes: set[str]) -> tuple[UnscheduledRow, ...]:
    names = source.gazetteer.by_code
    return tuple(
        UnscheduledRow(
            county=names[visit.county].name,
            origin=visit.origin.value,
            window=wording.window(visit),
            length=wording.length(visit.slots),
            specialty=wording.roles(visit, source.vocabulary),
            place=wording.place(visit),
            content=visit.content,
            reason=wording.sentence(visit.reasons),
            cure=wording.cures(visit.cures),
        )
        for visit in source.view.unscheduled
        if visit.county in codes
    )
