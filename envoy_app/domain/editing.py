"""Changes of a draft plan by hand: what can be asked for, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import InputError
from envoy_app.domain.plans import CostView, EnvoyCard, PlanView, ScoreView
from envoy_app.domain.time import HalfDay, SlotTime

Crew = tuple[tuple[str, ...], ...]
"""Envoy ids of each role."""


@dataclass(frozen=True, slots=True)
class Move:
    """Hold a visit at another time, with the people it has."""

    visit: str
    start: SlotTime


@dataclass(frozen=True, slots=True)
class Place:
    """Hold a visit that is left out.

    Without a start where it does best, without people with those who do best there.
    """

    visit: str
    start: SlotTime | None = None
    crew: Crew | None = None


@dataclass(frozen=True, slots=True)
class TakeOff:
    """Do not hold a visit any more; it goes back to those left out."""

    visit: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Send somebody else to a seat."""

    visit: str
    leaving: str
    coming: str


@dataclass(frozen=True, slots=True)
class AddPerson:
    """Send one person more: the role asks for one more from then on."""

    visit: str
    role: int
    envoy: str


@dataclass(frozen=True, slots=True)
class RemovePerson:
    """Send one person less: the role asks for one less from then on, but never for nobody."""

    visit: str
    envoy: str


@dataclass(frozen=True, slots=True)
class SwapPeople:
    """Two people of two visits take each other's seats."""

    visit: str
    envoy: str
    other_visit: str
    other_envoy: str


@dataclass(frozen=True, slots=True)
class SwapVisits:
    """Two visits that are held take each other's time."""

    visit: str
    other_visit: str


@dataclass(frozen=True, slots=True)
class CopyVisit:
    """A new visit of the same kind in the same county, on any day and in no series.

    With a start it is held there, with the people who do best; else it is among those left out.
    """

    visit: str
    start: SlotTime | None = None


@dataclass(frozen=True, slots=True)
class SplitVisit:
    """Make two visits of one: the first takes `slots` half-days, a new one the rest, right after.

    Both have the same people. The new one is in no series.
    """

    visit: str
    slots: int


@dataclass(frozen=True, slots=True)
class Resize:
    """Let a visit take another number of half-days: 1, 2, 4, 6, 8 or 10."""

    visit: str
    slots: int


@dataclass(frozen=True, slots=True)
class Lock:
    """Fix visits that are held, or let go of them; None leaves the date or the people as is."""

    visits: tuple[str, ...]
    date: bool | None = None
    people: bool | None = None


@dataclass(frozen=True, slots=True)
class Cure:
    """Apply a proved cure of a visit that is left out: a sentence out of `cures`."""

    visit: str
    text: str


@dataclass(frozen=True, slots=True)
class Discard:
    """Remove a visit that was added by hand."""

    visit: str


@dataclass(frozen=True, slots=True)
class Several:
    """Some commands in order as one change, under a description of their own."""

    commands: tuple[Command, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody cannot come on some days (both ends included): in this plan and in the roster."""

    envoy: str
    start: date
    end: date
    half: HalfDay | None = None
    reason: str = ""


Command = (
    Move
    | Place
    | TakeOff
    | Replace
    | AddPerson
    | RemovePerson
    | SwapPeople
    | SwapVisits
    | CopyVisit
    | SplitVisit
    | Resize
    | Lock
    | Cure
    | Discard
    | Absent
    | Several
)


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A hard rule that would not hold: its code, its name, and a sentence saying how.

    `visit` and `envoy` are ids to jump to, "" where it is about none.
    """

    code: str
    name: str
    text: str
    visit: str = ""
    envoy: str = ""


@dataclass(frozen=True, slots=True)
class EditVerdict:
    """What a command would do: rules newly broken or no longer, and the change of the score.

    `cost` splits the change of the last tier, `words` says all of it for people.
    """

    description: str
    broken: tuple[BrokenRule, ...]
    cured: tuple[BrokenRule, ...]
    change: ScoreView
    cost: CostView
    words: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """Whether no rule would be broken."""
        return not self.broken


@dataclass(frozen=True, slots=True)
class StartVerdict:
    """A start of a visit and who would come; `rules` says what stands against it, by rule."""

    start: SlotTime
    crew: Crew
    rules: tuple[BrokenRule, ...]
    change: ScoreView

    @property
    def allowed(self) -> bool:
        """Whether no rule would be broken."""
        return not self.rules


@dataclass(frozen=True, slots=True)
class SeatVerdict:
    """A seat that a person would take from another; `rules` as for `StartVerdict`.

    `leaving` is "" where nobody goes: the role takes one person more.
    """

    visit: str
    role: int
    leaving: str
    rules: tuple[BrokenRule, ...]
    change: ScoreView

    @property
    def allowed(self) -> bool:
        """Whether no rule would be broken."""
        return not self.rules


@dataclass(frozen=True, slots=True)
class PersonVerdict:
    """Somebody who would come to a visit; `rules` as for `StartVerdict`."""

    envoy: str
    rules: tuple[BrokenRule, ...]
    change: ScoreView

    @property
    def allowed(self) -> bool:
        """Whether no rule would be broken."""
        return not self.rules


@dataclass(frozen=True, slots=True)
class SwapVerdict:
    """A visit that would trade its time with another; `rules` as for `StartVerdict`."""

    visit: str
    rules: tuple[BrokenRule, ...]
    change: ScoreView

    @property
    def allowed(self) -> bool:
        """Whether no rule would be broken."""
        return not self.rules


@dataclass(frozen=True, slots=True)
class Edited:
    """What a command did: the plan after it, what was recorded, and the visits that differ."""

    plan: PlanView
    changes: Changes
    visits: frozenset[str]


class EditRefused(InputError):
    """A command would break a hard rule; nothing was written."""

    def __init__(self, sentence: str, broken: tuple[BrokenRule, ...]) -> None:
        """`sentence` is what people are told, `broken` are all the rules."""
        super().__init__(sentence)
        self.broken = broken


@dataclass(frozen=True, slots=True)
class CureView:
    """A change that lets a visit be held with nothing else lost, proved on the plan as it is."""

    text: str
    change: ScoreView


@dataclass(frozen=True, slots=True)
class AbsenceOption:
    """One way to get by without somebody on a visit; `text` says it, `change` is the score's."""

    command: Command
    text: str
    change: ScoreView
    envoy: EnvoyCard | None = None
    """Who would come, to be called."""


@dataclass(frozen=True, slots=True)
class AbsenceHit:
    """A visit that somebody would miss, and what can be done, best first.

    `chosen` is the option that fits together with those chosen for the other visits.
    """

    visit: str
    options: tuple[AbsenceOption, ...]
    chosen: AbsenceOption


@dataclass(frozen=True, slots=True)
class ReplanScope:
    """What may change when a plan is made anew in part: all visits that fit every filter.

    An empty filter lets all pass; visits that are left out may always be put on. With
    `unscheduled_only` nothing that is held changes.
    """

    visits: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()
    envoys: frozenset[str] = frozenset()
    unscheduled_only: bool = False
