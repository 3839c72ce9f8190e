"""Stage "match persons": which stored envoy or demand a row of a file is.

Pure functions on records; every stored record is claimed by at most one row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from envoy_app.domain.demands import Demand
from envoy_app.domain.imports import ImportRow, RowStatus
from envoy_app.domain.people import Envoy

RecordT = TypeVar("RecordT", Envoy, Demand)
Values = Mapping[str, object]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Match(Generic[RecordT]):
    """A stored record and why it is the row's."""

    record: RecordT
    reason: str


@dataclass(frozen=True, slots=True)
class Rule(Generic[RecordT]):
    """One way to recognise a record: keys of a row, keys of a record, and what they must not say.

    `fits` returns how well a candidate fits (more is better), negative where it cannot be.
    """

    reason: str
    row_keys: Callable[[Values], Iterable[Key]]
    record_keys: Callable[[RecordT], Iterable[Key]]
    fits: Callable[[Values, RecordT], int]


def match_rows(
    rows: Sequence[ImportRow], records: Iterable[RecordT], rules: Sequence[Rule[RecordT]]
) -> dict[int, Match[RecordT]]:
    """Return the match of each row by its position; rows with errors have none.

    All rows try the strongest rule before any tries the next, so that a weak resemblance never
    takes the record that belongs to a later row.
    """
    stored = tuple(records)
    claimed: set[str] = set()
    found: dict[int, Match[RecordT]] = {}
    for rule in rules:
        index: dict[Key, list[RecordT]] = {}
        for record in stored:
            for key in rule.record_keys(record):
                index.setdefault(key, []).append(record)
        for position, row in enumerate(rows):
            if position in found or row.status is RowStatus.ERROR:
                continue
            if best := _best(row.values, rule, index, claimed):
                claimed.add(best.id)
                found[position] = Match(best, rule.reason)
    return found


def _best(
    values: Values,
    rule: Rule[RecordT],
    index: Mapping[Key, Sequence[RecordT]],
    claimed: set[str],
) -> RecordT | None:
    choices = [
        record
        for key in rule.row_keys(values)
        for record in index.get(key, ())
        if record.id not in claimed and rule.fits(values, record) >= 0
    ]
    return max(choices, key=lambda record: rule.fits(values, record), default=None)


def _texts(values: Values, key: str) -> tuple[str, ...]:
    found = values.get(key)
    return tuple(map(str, found)) if isinstance(found, list | tuple) else ()


def likeness(values: Values, envoy: Envoy) -> int:
    """Return how many particulars agree, -1 where one contradicts: ID, phone, birth or gender."""
    pairs = [
        (str(values.get("id_number") or ""), envoy.id_number),
        (str(values.get("gender") or ""), envoy.gender),
    ]
    birth = str(values.get("birth") or "")
    shared = min(len(birth), len(envoy.birth))  # one may know the day, the other the month
    pairs.append((birth[:shared], envoy.birth[:shared]))
    if any(one and other and one != other for one, other in pairs):
        return -1
    phones, known = set(_texts(values, "phones")), set(envoy.phones)
    if phones and known and not phones & known:
        return -1
    agree = sum(1 for one, other in pairs if one and one == other)
    agree += sum(
        1
        for key in ("organisation", "title", "team_county", "base_county", "major", "post")
        if (values.get(key) or "") == (getattr(envoy, key) or "")
    )
    return agree + 2 * (phones == known)


def _always(values: Values, envoy: Envoy) -> int:
    return 0


def _bare(values: Values) -> bool:
    """Whether a row tells nothing of a person but the name and the team."""
    return not (values.get("id_number") or values.get("phones") or values.get("organisation"))


ENVOY_RULES: tuple[Rule[Envoy], ...] = (
    Rule(
        "身份证号相同",
        lambda values: [(values["id_number"],)] if values.get("id_number") else [],
        lambda envoy: [(envoy.id_number,)] if envoy.id_number else [],
        _always,
    ),
    Rule(
        "姓名和电话相同",
        lambda values: [(values["name"], phone) for phone in _texts(values, "phones")],
        lambda envoy: [(envoy.name, phone) for phone in envoy.phones],
        lambda values, envoy: (
            max(likeness(values, envoy), 0)
            if not (values.get("id_number") and envoy.id_number)
            else -1
        ),
    ),
    Rule(
        "姓名和单位相同",
        lambda values: (
            [(values["name"], values["organisation"])] if values.get("organisation") else []
        ),
        lambda envoy: [(envoy.name, envoy.organisation)] if envoy.organisation else [],
        likeness,
    ),
    Rule(
        "姓名和服务县相同",
        lambda values: [(values["name"], values.get("team_county"))] if _bare(values) else [],
        lambda envoy: [(envoy.name, envoy.team_county)],
        likeness,
    ),
)


def demand_key(values: Values) -> Key:
    """Return what tells a demand from others: where, what, when and whom to call."""
    names = ("county", "site", "content", "window_start", "window_end", "contact")
    return tuple(values.get(name) or "" for name in names)


def _stored_demand_key(demand: Demand) -> Key:
    start = demand.window_start.isoformat() if demand.window_start else ""
    end = demand.window_end.isoformat() if demand.window_end else ""
    return (demand.county, demand.site, demand.content, start, end, demand.contact)


DEMAND_RULES: tuple[Rule[Demand], ...] = (
    Rule(
        "县、地点、内容、时间和联系人相同",
        lambda values: [demand_key(values)],
        lambda demand: [_stored_demand_key(demand)],
        lambda values, demand: int(list(demand.specialties) == values.get("specialties")),
    ),
)
