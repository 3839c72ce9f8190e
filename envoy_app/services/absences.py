"""Somebody cannot come: which visits are hit, and what can be done about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import solver
from envoy_app.domain.editing import (
    AbsenceHit,
    AbsenceOption,
    Absent,
    Command,
    Lock,
    Move,
    RemovePerson,
    Replace,
    Several,
    TakeOff,
)
from envoy_app.domain.plans import VisitView
from envoy_app.domain.time import HalfDay, SlotTime, day_label
from envoy_app.services.edit_desk import Desk, Draft
from envoy_app.services.edit_verdicts import carried_out, score_change

_SUBSTITUTES: Final = 5
_MOVES: Final = 3


def absence_hits(desk: Desk, absents: tuple[Absent, ...]) -> tuple[AbsenceHit, ...]:
    """Return the visits that absences of one person hit, by time, with options, best first.

    Options of a visit take into account what was chosen for the visits before it. Raises
    NotFoundError where the person is not in the plan.
    """
    away = away_from(desk, absents)
    visits = _hit(desk, away, absents[0].envoy)
    working = away
    for visit in visits:
        working, _ = carried_out(working, unlocked(visit, TakeOff(visit.id)))
    hits = []
    for visit in visits:
        found = list(_options(desk, away, working, visit, absents[0].envoy))
        options = tuple(option for option, _ in found)
        hits.append(AbsenceHit(visit.id, options, options[0]))
        # As it would be held: those after it see the people of this one as taken.
        working = working.after(Draft("", {visit.id: found[0][1]}))
    return tuple(hits)


def away_from(desk: Desk, absents: Iterable[Absent]) -> Desk:
    """Return the desk with somebody away, the visits as they are."""
    for absent in absents:
        desk, _ = carried_out(desk, absent)
    return desk


def _hit(desk: Desk, away: Desk, envoy: str) -> list[VisitView]:
    """The visits that break a rule by somebody's being away, by time."""
    new = Counter(away.report.violations) - Counter(desk.report.violations)
    keys = {
        found.visit
        for found in new
        if found.code == "AVAILABILITY" and found.envoy == envoy and found.visit
    }
    return sorted((desk.visits[key] for key in keys), key=_in_time)


def _in_time(visit: VisitView) -> tuple[SlotTime, str]:
    assert visit.start is not None
    return visit.start, visit.id


def _options(
    before: Desk, away: Desk, working: Desk, visit: VisitView, envoy: str
) -> Iterator[tuple[AbsenceOption, VisitView]]:
    """The ways that break nothing, best first, each with the visit as it would be.

    Leaving the visit out is always one. Sending fewer keeps the score, but not the promise: it
    comes after all who could come instead.
    """
    ways = [
        *_substitutes(before, working, visit, envoy),
        *_moves(working, visit),
        *_fewer(visit, envoy),
        (unlocked(visit, TakeOff(visit.id)), "取消安排，以后再排", None),
    ]
    found = []
    for command, text, coming in ways:
        after, _ = carried_out(away, command)
        card = before.view.envoys.get(coming) if coming else None
        option = AbsenceOption(command, text, score_change(before, after), card)
        found.append((option, after.visits[visit.id]))
    yield from sorted(found, key=lambda pair: _rank(pair[0]))


def _fewer(visit: VisitView, envoy: str) -> Iterator[tuple[Command, str, None]]:
    if any(role.count > 1 and envoy in role.envoys for role in visit.roles):
        yield unlocked(visit, RemovePerson(visit.id, envoy)), "少派一人，其余照去", None


def _substitutes(
    before: Desk, working: Desk, visit: VisitView, leaving: str
) -> Iterator[tuple[Command, str, str | None]]:
    assert visit.start is not None
    role = next(n for n, role in enumerate(visit.roles) if leaving in role.envoys)
    crew = tuple(role.envoys for role in visit.roles)
    item = solver.Assignment(visit.id, visit.start.date, visit.start.half.value, crew)
    for one in working.targets.substitutes(item, role, leaving)[:_SUBSTITUTES]:
        command = unlocked(visit, Replace(visit.id, leaving, one.envoy))
        yield command, f"改派{before.person(one.envoy)}", one.envoy


def _moves(working: Desk, visit: VisitView) -> Iterator[tuple[Command, str, str | None]]:
    crew = tuple(role.envoys for role in visit.roles)
    found = [target for target in working.targets.starts(visit.id, crew) if not target.codes]
    for target in sorted(found, key=lambda one: one.change)[:_MOVES]:
        start = SlotTime(target.assignment.date, HalfDay(target.assignment.slot))
        text = f"改到{day_label(start.date)} {start.half.label}"
        yield unlocked(visit, Move(visit.id, start)), text, None


def unlocked(visit: VisitView, command: Command) -> Command:
    """Return the command after the locks that stand against it are opened."""
    lock = opening(visit, command)
    return Several((lock, command), "") if lock else command


def opening(visit: VisitView, command: Command) -> Lock | None:
    """Return what opens the locks of a visit that stand against a command, None where none do."""
    last = last_of(command)
    date = visit.date_locked and isinstance(last, Move | TakeOff)
    people = visit.people_locked and isinstance(last, Replace | RemovePerson | TakeOff)
    if not date and not people:
        return None
    return Lock((visit.id,), date=False if date else None, people=False if people else None)


def _rank(option: AbsenceOption) -> tuple[int, int, bool, int, int]:
    change = option.change
    fewer = isinstance(last_of(option.command), RemovePerson)
    return change.coverage, change.unscheduled, fewer, change.disruption, change.cost


def last_of(command: Command) -> Command:
    """Return what a command does once the locks are opened."""
    return command.commands[-1] if isinstance(command, Several) else command


def record(absents: tuple[Absent, ...], commands: tuple[Command, ...], name: str) -> Several:
    """Return one command that notes an absence and does what was chosen."""
    first, last = absents[0].start, max(item.end for item in absents)
    span = f"{first:%m-%d}"
    if last != first:
        span += f"至{last:%m-%d}"
    elif len(absents) == 1 and absents[0].half:
        span += absents[0].half.label
    rest = f"，调整 {len(commands)} 项下乡服务" if commands else ""
    return Several((*absents, *commands), f"登记{name}{span}不能下乡{rest}")
