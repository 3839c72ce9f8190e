"""Stage "propose changes": a row's values against the stored record.

A file never empties a stored value, and never undoes what was typed in the application: the
digest of what an import last wrote into a field tells whether it was edited since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from dataclasses import fields as fields_of
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from envoy_app.domain.conditions import condition_fields, condition_item, own_levels
from envoy_app.domain.demands import Demand
from envoy_app.domain.ids import new_id
from envoy_app.domain.imports import FieldChange
from envoy_app.domain.people import Envoy, Sharing, Skill, default_level
from envoy_app.domain.time import HalfDay

RecordT = TypeVar("RecordT", Envoy, Demand)
Values = Mapping[str, object]
Digests = Mapping[str, str]

ENVOY_TEXTS = (
    "name",
    "gender",
    "birth",
    "id_number",
    "organisation",
    "post",
    "title",
    "education",
    "major",
    "base_county",
    "team_county",
    "team_role",
    "term_start",
    "term_end",
    "remarks",
)
SAVED = "@saved"  # among the marks: when the file was last saved that was imported last
_DEFAULTS = {
    kind: {item.name: item.default for item in fields_of(kind)} for kind in (Envoy, Demand)
}
CODED = frozenset(
    {"base_county", "team_county", "team_counties", "specialties", "levels", "county"}
)
DEMAND_TEXTS = ("county", "town", "site", "content", "mode", "contact", "phone", "urgency")


@dataclass(frozen=True, slots=True)
class Proposal(Generic[RecordT]):
    """A record as it would be after the import, what changes, and the digests to remember."""

    record: RecordT
    changes: tuple[FieldChange, ...] = ()
    digests: Digests = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Whether anything is to be stored."""
        return any(not change.kept for change in self.changes)


@dataclass(frozen=True, slots=True)
class Background:
    """What is known besides a row and its record.

    `known` are the marks of what imports last wrote, `edited_at` is when the record was last
    changed, `saved_at` when the file was; `take` names fields to take from the file though they
    were edited in the application.
    """

    known: Digests = field(default_factory=dict)
    edited_at: datetime | None = None
    saved_at: datetime | None = None
    take: frozenset[str] = frozenset()

    def newer(self, name: str, old: object, new: object) -> str:
        """Return which of two values is newer: "file", "stored" or "" where nothing tells."""
        if self.known.get(name) == digest(old):
            last = self.known.get(SAVED)
            return "stored" if last and self._saved_before(datetime.fromisoformat(last)) else "file"
        if self.known.get(name) == digest(new):
            return "stored"  # the file still says what was imported before the edit
        if self.edited_at is None or self.saved_at is None:
            return ""
        return "stored" if self._saved_before(self.edited_at) else "file"

    def _saved_before(self, moment: datetime) -> bool:
        return self.saved_at is not None and self.saved_at < moment


def digest(value: object) -> str:
    """Return a short mark of a value; enough to tell whether it is still the same."""
    return _digest_of(repr(value))


@lru_cache(maxsize=10_000)  # titles, counties, offices come again and again
def _digest_of(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()


def envoy_fields(values: Values) -> dict[str, Any]:
    """Return the fields a roster row fills: texts, phones, counties and specialties."""
    found: dict[str, Any] = {name: values.get(name) for name in ENVOY_TEXTS if values.get(name)}
    for name in ("phones", "team_counties", "specialties"):
        listed = values.get(name)
        if isinstance(listed, list | tuple) and listed:
            found[name] = tuple(listed)
    return found | condition_fields(values)


def demand_fields(values: Values) -> dict[str, Any]:
    """Return the fields a demand row fills, in the record's types."""
    found: dict[str, Any] = {name: values.get(name) for name in DEMAND_TEXTS if values.get(name)}
    for name in ("headcount", "min_rank", "slots", "asap"):
        if values.get(name):
            found[name] = values[name]
    for name in ("window_start", "window_end"):
        if day := values.get(name):
            found[name] = date.fromisoformat(str(day))
    if half := values.get("slot"):
        found["half"] = HalfDay(str(half))
    listed = values.get("specialties")
    if isinstance(listed, list | tuple) and listed:
        found["specialties"] = tuple(listed)
    return found


def new_envoy(values: Values, key: str = "") -> Proposal[Envoy]:
    """Return the envoy of a row that no stored one matches."""
    fields = envoy_fields(values)
    envoy = _with_fields(Envoy(id=key or new_id(), name=""), fields, _rank(values))
    return Proposal(envoy, digests=_digests(fields))


def new_demand(values: Values, key: str = "") -> Proposal[Demand]:
    """Return the demand of a row that no stored one matches; it waits for 审核."""
    fields = demand_fields(values)
    return Proposal(Demand(id=key or new_id(), **fields), digests=_digests(fields))


def changed_envoy(envoy: Envoy, values: Values, background: Background) -> Proposal[Envoy]:
    """Return a stored envoy with what a row changes."""

    def write(record: Envoy, fields: Mapping[str, Any]) -> Envoy:
        return _with_fields(record, fields, _rank(values) if "title" in fields else None)

    fields = envoy_fields(values)
    if not envoy.active:
        fields.setdefault("active", True)  # on a list again: told, and taken only when asked for
    return _changed(envoy, fields, background, _stored_in_envoy, write)


def changed_demand(demand: Demand, values: Values, background: Background) -> Proposal[Demand]:
    """Return a stored demand with what a row changes; its state stays."""

    def stored(record: Demand, name: str) -> object:
        return getattr(record, name)

    def write(record: Demand, fields: Mapping[str, Any]) -> Demand:
        return replace(record, **fields)

    return _changed(demand, demand_fields(values), background, stored, write)


def _changed(
    record: RecordT,
    fields: Mapping[str, Any],
    background: Background,
    stored: Callable[[RecordT, str], object],
    write: Callable[[RecordT, Mapping[str, Any]], RecordT],
) -> Proposal[RecordT]:
    known = background.known
    changes = []
    written: dict[str, Any] = {}
    for name, value in fields.items():
        old = stored(record, name)
        if old == value:
            continue
        # A default gives way to what a file says, unless an import wrote and somebody emptied it.
        typed = name in known or old not in (None, "", _DEFAULTS[type(record)].get(name, ()))
        edited = typed and known.get(name) != digest(old) and name not in background.take
        newer = background.newer(name, old, value) if typed else "file"
        before, after = told(old, name), told(value, name)
        changes.append(FieldChange(name, before, after, kept=edited, newer=newer))
        if not edited:
            written[name] = value
    if written:
        record = write(record, written)
    return Proposal(record, tuple(changes), {**known, **_digests(written)} if written else known)


def _stored_in_envoy(envoy: Envoy, name: str) -> object:
    if name == "specialties":
        return tuple(skill.specialty for skill in envoy.skills)
    if name == "levels":
        return own_levels(envoy)
    return getattr(envoy, name)


def _with_fields(envoy: Envoy, fields: Mapping[str, Any], rank: int | None) -> Envoy:
    """Return the envoy with fields set; a new rank moves levels that were the old rank's."""
    written = {n: value for n, value in fields.items() if n not in ("specialties", "levels")}
    old_level = default_level(envoy.title_rank)
    level = old_level if rank is None else default_level(rank)
    held = {skill.specialty: skill.level for skill in envoy.skills}
    by_file = dict(fields.get("levels", ()))
    skills = []
    for code in fields.get("specialties", tuple(held)):
        by_hand = code in held and held[code] != old_level
        skills.append(Skill(code, by_file.get(code, held[code] if by_hand else level)))
    if rank is not None:
        written["title_rank"] = rank
    return replace(envoy, skills=tuple(skills), **written)


def _rank(values: Values) -> int:
    rank = values.get("title_rank")
    return rank if isinstance(rank, int) else 0


def _digests(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: digest(value) for name, value in fields.items()}


def readable(changes: tuple[FieldChange, ...], names: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """Return the changes with codes of counties and specialties as their names."""

    def named(text: str) -> str:
        parts = (part.partition("：") for part in text.split("、"))  # a level stands behind
        return "、".join(names.get(code, code) + mark + level for code, mark, level in parts)

    return tuple(
        replace(item, old=named(item.old), new=named(item.new)) if item.field in CODED else item
        for item in changes
    )


def told(value: object, name: str = "") -> str:
    """Return a field's value as a list of changes shows it."""
    if name == "active":
        return "在册" if value else "停用"
    if isinstance(value, tuple | list):
        return "、".join(map(condition_item, value))
    if isinstance(value, Sharing | HalfDay):
        return value.label
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
