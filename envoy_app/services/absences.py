"""Somebody cannot come: which visits are hit, and what can be done about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import solver
from envoy_app.domain.editing import (
    AbsenceHit,
    AbsenceOption,
    AbsenceOptions,
    Absent,
    Command,
    Lock,
    Move,
    Place,
    Replace,
    Several,
    TakeOff,
)
from envoy_app.domain.plans import ScoreView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime, day_label
from envoy_app.services.edit_commands import draft
from envoy_app.services.edit_desk import Desk

Apply = Callable[[Desk, Command], Desk]
_SUBSTITUTES: Final = 5
_MOVES: Final = 3


def absence_options(desk: Desk, absent: Absent, apply: Apply) -> AbsenceOptions:
    """Return what an absence does to a plan, visits in order of time; see `EditingService`.

    `apply` carries a command out on a desk. Options of a visit take into account what was chosen
    for the visits before it.
    """
    away = desk.after(draft(desk, absent))
    known = Counter(desk.report.violations)
    hit = {
        found.visit
        for found in (Counter(away.report.violations) - known)
        if found.code == "AVAILABILITY" and found.envoy == absent.envoy and found.visit
    }
    visits = sorted((desk.visits[key] for key in hit), key=_in_time)
    working = away
    for visit in visits:
        working = apply(working, _unlocked(visit, TakeOff(visit.id)))
    hits = []
    for visit in visits:
        options = tuple(_options(desk, away, working, visit, absent, apply))
        found = AbsenceHit(visit.id, options, options[0])
        working = _with_choice(working, visit, found.chosen.command, apply)
        hits.append(found)
    return AbsenceOptions(absent, tuple(hits))


def _in_time(visit: VisitView) -> tuple[SlotTime, str]:
    assert visit.start is not None
    return visit.start, visit.id


def _options(
    before: Desk, away: Desk, working: Desk, visit: VisitView, absent: Absent, apply: Apply
) -> Iterator[AbsenceOption]:
    """The ways that break nothing, best first; leaving the visit out is always one."""
    found = [
        *_substitutes(before, working, visit, absent.envoy),
        *_moves(working, visit),
        (_unlocked(visit, TakeOff(visit.id)), "取消安排，以后再排", None),
    ]
    options = [
        AbsenceOption(
            command,
            text,
            _change(before, apply(away, command)),
            before.view.envoys.get(envoy) if envoy else None,
        )
        for command, text, envoy in found
    ]
    yield from sorted(options, key=lambda option: _tiers(option.change))


def _substitutes(
    before: Desk, working: Desk, visit: VisitView, leaving: str
) -> Iterator[tuple[Command, str, str | None]]:
    assert visit.start is not None
    role = next(n for n, role in enumerate(visit.roles) if leaving in role.envoys)
    crew = tuple(role.envoys for role in visit.roles)
    item = solver.Assignment(visit.id, visit.start.date, visit.start.half.value, crew)
    for one in working.targets.substitutes(item, role, leaving)[:_SUBSTITUTES]:
        command = _unlocked(visit, Replace(visit.id, leaving, one.envoy))
        yield command, f"改派{before.person(one.envoy)}", one.envoy


def _moves(working: Desk, visit: VisitView) -> Iterator[tuple[Command, str, str | None]]:
    crew = tuple(role.envoys for role in visit.roles)
    found = [target for target in working.targets.starts(visit.id, crew) if not target.codes]
    for target in sorted(found, key=lambda one: one.change)[:_MOVES]:
        start = SlotTime(target.assignment.date, HalfDay(target.assignment.slot))
        text = f"改到{day_label(start.date)} {start.half.label}"
        yield _unlocked(visit, Move(visit.id, start)), text, None


def _unlocked(visit: VisitView, command: Command) -> Command:
    """The command after the locks that stand against it are opened."""
    lock = Lock(
        (visit.id,),
        date=False if visit.date_locked and isinstance(command, Move | TakeOff) else None,
        people=False if visit.people_locked and isinstance(command, Replace | TakeOff) else None,
    )
    if lock.date is None and lock.people is None:
        return command
    return Several((lock, command), "")


def _with_choice(working: Desk, visit: VisitView, command: Command, apply: Apply) -> Desk:
    """The desk, on which the visit is left out, with it held as was chosen."""
    last = command.commands[-1] if isinstance(command, Several) else command
    if isinstance(last, TakeOff):
        return working
    crew = tuple(role.envoys for role in visit.roles)
    start = last.start if isinstance(last, Move) else visit.start
    if isinstance(last, Replace):
        crew = tuple(
            tuple(last.coming if name == last.leaving else name for name in people)
            for people in crew
        )
    return apply(working, Place(visit.id, start, crew))


def _change(before: Desk, after: Desk) -> ScoreView:
    return ScoreView(*(b - a for a, b in zip(before.report.score, after.report.score, strict=True)))


def _tiers(change: ScoreView) -> tuple[int, int, int, int]:
    return change.coverage, change.unscheduled, change.disruption, change.cost


def record(absent: Absent, commands: tuple[Command, ...], name: str) -> Several:
    """Return one command that notes an absence and does what was chosen."""
    span = f"{absent.start:%m-%d}"
    if absent.end != absent.start:
        span += f"至{absent.end:%m-%d}"
    rest = f"，调整 {len(commands)} 项下乡服务" if commands else ""
    return Several((replace(absent), *commands), f"登记{name}{span}不能下乡{rest}")
