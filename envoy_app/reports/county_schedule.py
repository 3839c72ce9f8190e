"""Document 县级服务安排表: one section per county, a row for each visit."""

from __future__ import annotations

from collections import defaultdict

from envoy_app.domain.coverage import CountyCoverage, CoverageState
from envoy_app.domain.geography import County
from envoy_app.domain.plans import EnvoyCard, PlanView, VisitView
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.reports import wording
from envoy_app.reports.model import CountySchedule, CountySection, PersonLine, ScheduleRow, Source
from envoy_app.reports.selection import chosen_counties

TITLE = "县级服务安排表"


def build(source: Source) -> CountySchedule:
    """Return the document's data.

    Raises:
        InputError: a county code is not in the gazetteer.
    """
    visits: dict[str, list[VisitView]] = defaultdict(list)
    for visit in source.view.visits:
        visits[visit.county].append(visit)
    coverage = {item.county: item for item in source.view.coverage}
    sections = tuple(
        _section(source, county, visits[county.code], coverage.get(county.code))
        for county in chosen_counties(source)
    )
    return CountySchedule(wording.frame(source, TITLE), sections)


def _section(
    source: Source, county: County, visits: list[VisitView], coverage: CountyCoverage | None
) -> CountySection:
    view, vocabulary = source.view, source.vocabulary
    held = sorted(
        (visit for visit in visits if visit.start), key=lambda visit: (visit.start, visit.id)
    )
    state = coverage.state if coverage else CoverageState.NONE
    people = {envoy for visit in held for envoy in visit.envoys}
    return CountySection(
        county=county.name,
        city=county.city,
        state=state.value,
        state_label=state.label,
        summary=_summary(held, len(visits), len(people)),
        rows=tuple(_row(view, vocabulary, visit) for visit in held),
        notes=_notes(vocabulary, [v for v in visits if not v.held], coverage),
    )


def _summary(held: list[VisitView], wanted: int, people: int) -> str:
    days = sum(visit.slots for visit in held) / 2
    return f"应排 {wanted} 次，已排 {len(held)} 次，共 {days:g} 天，特派员 {people} 人"


def _row(view: PlanView, vocabulary: Vocabulary, visit: VisitView) -> ScheduleRow:
    day, weekday, time = wording.when(visit.slot_times(view.days), visit.slots)
    people = tuple(_person(view.envoys.get(envoy), envoy) for envoy in visit.envoys)
    return ScheduleRow(
        date=day,
        weekday=weekday,
        time=time,
        place=wording.place(visit),
        content=visit.content,
        mode=visit.mode or "现场指导",
        specialty=wording.roles(visit, vocabulary),
        people=people or (PersonLine(wording.NOBODY, "", ""),),
        contact=visit.contact,
        contact_phone=visit.contact_phone,
    )


def _person(card: EnvoyCard | None, envoy: str) -> PersonLine:
    # A card is frozen with the plan; only a damaged version lacks one, and paper then shows the id.
    return (
        PersonLine(card.name, card.organisation, card.phone) if card else PersonLine(envoy, "", "")
    )


def _notes(
    vocabulary: Vocabulary, left: list[VisitView], coverage: CountyCoverage | None
) -> tuple[str, ...]:
    notes: list[str] = []
    for visit in left:
        what = wording.roles(visit, vocabulary).replace("\n", "、")
        where = f"，{visit.place}" if visit.place else ""
        notes.append(
            f"未排：{what}（{wording.window(visit)}{where}）：{wording.sentence(visit.reasons)}"
        )
    for line in coverage.lines if coverage else ():
        if line.shortfall:
            name = wording.line_name(line, vocabulary)
            notes.append(
                f"未达覆盖标准：{name}应排 {line.needed} 次，已排 {line.held} 次："
                + wording.sentence((line.reason,))
            )
    return _counted(notes)


def _counted(notes: list[str]) -> tuple[str, ...]:
    """Merge equal notes: ten visits left out for one reason are one line, not ten."""
    times = {note: notes.count(note) for note in notes}
    return tuple(note if count == 1 else f"{note}（{count} 次）" for note, count in times.items())
