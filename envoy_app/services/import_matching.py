"""Stage "match": which stored record each row of a file is, how sure, and why.

Pure functions on records. A sure match (90 and more) is taken; others are proposed. A record is
never given to two rows of one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from envoy_app.domain.demands import Demand
from envoy_app.domain.imports import ImportRow, Likeness
from envoy_app.domain.people import Envoy

RecordT = TypeVar("RecordT", Envoy, Demand)
Values = Mapping[str, object]
Key = tuple[str, ...]

SURE = 90
CHOSEN = "由您选定"
SEEN = "与以前导入的这一行相同"
_SEEN_SCORE = 99
_SHOWN_RIVALS = 5
_CROWD = 400  # records under one key that are looked at


@dataclass(frozen=True, slots=True)
class Verdict:
    """How sure it is that a row is a record; `fit` orders records that are equally sure."""

    score: int
    reason: str
    fit: int = 0


@dataclass(frozen=True, slots=True)
class Match(Generic[RecordT]):
    """What was found for a row: the record where it is sure, and others it may be."""

    record: RecordT | None = None
    score: int = 0
    reason: str = ""
    rivals: tuple[Likeness, ...] = ()


@dataclass(frozen=True, slots=True)
class Judge(Generic[RecordT]):
    """How one kind of record is recognised.

    `row_keys` and `record_keys` meet wherever `verdict` could say anything; `identity` marks the
    cells of a row that tell who or what it is, `mark` does so from the marks of its cells;
    `label` names a record for people, `same` tells whether nothing tells two records apart.
    """

    row_keys: Callable[[Values], Iterable[Key]]
    record_keys: Callable[[RecordT], Iterable[Key]]
    verdict: Callable[[Values, RecordT], Verdict | None]
    identity: Callable[[Values], str]
    mark: Callable[[Mapping[str, str]], str]
    label: Callable[[RecordT], str]
    same: Callable[[RecordT, RecordT], bool]


class Pool(Generic[RecordT]):
    """Stored records with look-ups; a layer on top holds what earlier files of a batch bring."""

    def __init__(
        self,
        judge: Judge[RecordT],
        records: Iterable[RecordT] = (),
        aliases: Mapping[str, Sequence[str]] | None = None,
        base: Pool[RecordT] | None = None,
    ) -> None:
        """`aliases` are marks of rows by the id of the record that they became."""
        self._judge: Judge[RecordT] = judge
        self._base: Pool[RecordT] | None = base
        self._records: dict[str, RecordT] = {}
        self._index: dict[Key, list[str]] = {}
        for record in records:
            self.put(record, (aliases or {}).get(record.id, ()))

    @property
    def is_empty(self) -> bool:
        """Whether there is no record."""
        return not self._records and (self._base is None or self._base.is_empty)

    def layer(self) -> Pool[RecordT]:
        """Return a pool on top of this one, which stays as it is."""
        return Pool(self._judge, base=self)

    def put(self, record: RecordT, aliases: Iterable[str] = ()) -> None:
        """Add a record, in place of its older self."""
        self._records[record.id] = record
        for key in {*self._judge.record_keys(record), *(("seen", mark) for mark in aliases)}:
            self._index.setdefault(key, []).append(record.id)

    def get(self, key: str) -> RecordT | None:
        """Return a record by id."""
        found = self._records.get(key)
        return found if found is not None or self._base is None else self._base.get(key)

    def all(self) -> Iterable[RecordT]:
        """Yield every record as it is now."""
        for record in self._base.all() if self._base else ():
            if record.id not in self._records:
                yield record
        yield from self._records.values()

    def find(self, keys: Iterable[Key]) -> dict[str, RecordT]:
        """Return the records under any of the keys."""
        found: dict[str, RecordT] = {}
        for key in keys:
            for record_id in self._ids(key)[:_CROWD]:
                record = self.get(record_id)
                if record is not None:
                    found[record_id] = record
        return found

    def _ids(self, key: Key) -> list[str]:
        own = self._index.get(key, [])
        below = self._base._ids(key) if self._base else []
        return below + own if own and below else own or below


_NOTHING: Match[Any] = Match()


@dataclass(slots=True)
class _Round(Generic[RecordT]):
    """The rows of one file on their way to records."""

    pairs: dict[int, dict[str, tuple[Verdict, RecordT]]] = field(default_factory=dict)
    rows_of: dict[str, list[int]] = field(default_factory=dict)
    found: dict[int, Match[RecordT]] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)


def match_rows(
    rows: Mapping[int, ImportRow],
    pool: Pool[RecordT],
    judge: Judge[RecordT],
    chosen: Mapping[int, str],
) -> Iterator[tuple[int, Match[RecordT]]]:
    """Yield what was found for each row with its position.

    `chosen` gives rows the id of the record that the user said they are, "" for none. The surest
    pairs are settled first, so that a weak resemblance never takes the record of a later row.
    """
    state: _Round[RecordT] = _Round()
    for position, target in chosen.items():
        record = pool.get(target) if target else None
        if position in rows and record is not None and record.id not in state.claimed:
            state.claimed.add(record.id)
            state.found[position] = Match(record, 100, CHOSEN)
        elif position in rows and not target:
            state.found[position] = Match()
    for position, row in rows.items() if not pool.is_empty else ():
        if position not in state.found:
            _weigh(position, row.values, pool, judge, state)
    _settle(state, judge)
    for position in rows:
        yield position, _outcome(position, state, judge)


def _weigh(
    position: int,
    values: Values,
    pool: Pool[RecordT],
    judge: Judge[RecordT],
    state: _Round[RecordT],
) -> None:
    """Note how sure each record is that the row may be."""
    seen = pool.find([("seen", judge.identity(values))])
    pairs = {}
    for key, record in {**pool.find(judge.row_keys(values)), **seen}.items():
        verdict = judge.verdict(values, record)
        if key in seen:
            verdict = _seen(verdict)
        if verdict is not None:
            pairs[key] = (verdict, record)
            state.rows_of.setdefault(key, []).append(position)
    if pairs:
        state.pairs[position] = pairs


def _seen(verdict: Verdict | None) -> Verdict:
    """Return how sure a record is that an earlier import made of this very row."""
    if verdict is None:
        return Verdict(_SEEN_SCORE, SEEN)
    reason = verdict.reason if verdict.score >= SURE else SEEN
    return Verdict(max(verdict.score, _SEEN_SCORE), reason, verdict.fit)


def _settle(state: _Round[RecordT], judge: Judge[RecordT]) -> None:
    order = sorted(
        (-verdict.score, -verdict.fit, position, key)
        for position, pairs in state.pairs.items()
        for key, (verdict, _) in pairs.items()
        if verdict.score >= SURE
    )
    for _, _, position, key in order:
        if position in state.found or key in state.claimed:
            continue
        verdict, record = state.pairs[position][key]
        if _ambiguous(position, key, state, judge):
            continue
        state.claimed.add(key)
        state.found[position] = Match(record, verdict.score, verdict.reason)


def _ambiguous(position: int, key: str, state: _Round[RecordT], judge: Judge[RecordT]) -> bool:
    """Whether the row is as surely another, different record, with no row of its own for that."""
    pairs = state.pairs[position]
    verdict, record = pairs[key]
    level = (verdict.score, verdict.fit)
    tied = [
        other
        for other, (rival, _) in pairs.items()
        if (rival.score, rival.fit) == level and other not in state.claimed
    ]
    if len(tied) < 2 or all(judge.same(record, pairs[other][1]) for other in tied):
        return False
    waiting = [
        row
        for row in state.rows_of[key]
        if row not in state.found and all(other in state.pairs[row] for other in tied)
    ]
    return len(waiting) < len(tied)


def _outcome(position: int, state: _Round[RecordT], judge: Judge[RecordT]) -> Match[RecordT]:
    match = state.found.get(position)
    pairs = state.pairs.get(position)
    if match is None and pairs is None:
        return _NOTHING
    match = match or _NOTHING
    own = match.record.id if match.record else ""
    least = SURE if own else 0
    rivals = [
        Likeness(key, judge.label(record), min(verdict.score, SURE - 1), verdict.reason)
        for key, (verdict, record) in (pairs or {}).items()
        if key != own and key not in state.claimed and verdict.score >= least
    ]
    rivals.sort(key=lambda rival: -rival.score)
    shown = tuple(rivals[:_SHOWN_RIVALS])
    return Match(match.record, match.score, match.reason, shown)
