"""Document 县级服务安排表: one section per county, a row for each visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from envoy_app.domain.coverage import CountyCoverage, CoverageState
from envoy_app.domain.geography import County
from envoy_app.domain.plans import EnvoyCard, PlanView, VisitOrigin, VisitView
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
        # What the standard asks is named by the specialty; only a demand says more.
        content=visit.content if visit.origin is VisitOrigin.DEMAND else "",
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
    """Say what the county does not get; visits left out for one reason share a note."""
    alike: dict[tuple[str, str, str], list[VisitView]] = defaultdict(list)
    for visit in left:
        what = wording.roles(visit, vocabulary).replace("\n", "、")
        alike[what, visit.place, wording.sentence(visit.reasons)].append(visit)
    explained = {role.specialty for visit in left for role in visit.roles}
    return (
        *(_left_note(what, place, why, own) for (what, place, why), own in alike.items()),
        *_shortfall_notes(vocabulary, coverage, explained),
    )


def _left_note(what: str, place: str, why: str, visits: list[VisitView]) -> str:
    times = f" {len(visits)} 次" if len(visits) > 1 else ""
    windows = "、".join(dict.fromkeys(wording.window(visit) for visit in visits))
    where = f"，{place}" if place else ""
    return f"未排：{what}{times}（{windows}{where}）：{why}"


def _shortfall_notes(
    vocabulary: Vocabulary, coverage: CountyCoverage | None, explained: set[str]
) -> Iterator[str]:
    for line in coverage.lines if coverage else ():
        if not line.shortfall:
            continue
        name = wording.line_name(line, vocabulary)
        short = f"未达覆盖标准：{name}应排 {line.needed} 次，已排 {line.held} 次"
        # The reason stands above already where visits of this specialty were left out.
        told = line.specialty in explained or not line.reason
        yield f"{short}。" if told else f"{short}：{wording.sentence((line.reason,))}"
