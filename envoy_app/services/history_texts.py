"""What a change did to records, in words for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from envoy_app.domain.field_names import FIELDS, INNER_FIELDS
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.history import FieldChange, RecordAction, RecordChange, RecordImage
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.persistence.change_queries import ChangeQueries
from envoy_app.persistence.records import KINDS
from envoy_app.services.history_settings import setting_changes, setting_title
from envoy_app.services.history_values import Names, in_words, period, when

Values = Mapping[str, Any]
_HIDDEN_BY_ID = "id"
_ALTERED = "（中间几位有改动）"
_TITLE_LENGTH = 24
# Columns that hold the id of another record -> of which table.
_REFERENCES = {
    "plan_seat": {"envoy": "envoy", "plan_visit_id": "plan_visit"},
    "plan_visit": {"demand_id": "demand"},
}
# What is not worth telling of a new record: that it is nothing special.
_UNTOLD: Mapping[str, frozenset[str]] = {
    "envoy": frozenset({"sample"}),
    "demand": frozenset({"sample", "asap"}),
    "plan_visit": frozenset({"date_locked", "people_locked"}),
}


class HistoryTexts:
    """Words for some parts of the history; all names they need are read at once."""

    def __init__(
        self,
        queries: ChangeQueries,
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
        images: Iterable[RecordImage],
    ) -> None:
        """Read what the records of `images` and those they point to are known by."""
        self._queries = queries
        self._counties = gazetteer.by_code
        self._specialties = {item.code: item.name for item in vocabulary.specialties}
        self._known: dict[str, dict[str, Values]] = defaultdict(dict)
        self._names = Names(
            self._county, self._specialty, self._named("envoy"), self._named("demand")
        )
        self._read(images)

    def _read(self, images: Iterable[RecordImage]) -> None:
        held = tuple(images)
        wanted: dict[str, set[str]] = defaultdict(set)
        for image in held:
            wanted[image.table].add(image.record_id)
        self._fetch(wanted)
        for _ in range(2):  # a seat points to a visit, a visit to a demand
            wanted = defaultdict(set)
            for table, values in (*_values_of(held), *self._all_known()):
                for column, other in _REFERENCES.get(table, {}).items():
                    key = values.get(column)
                    if key and key not in self._known[other]:
                        wanted[other].add(str(key))
            self._fetch(wanted)

    def _fetch(self, wanted: Mapping[str, set[str]]) -> None:
        for table, keys in wanted.items():
            self._known[table].update(self._queries.known(table, keys))

    def _all_known(self) -> list[tuple[str, Values]]:
        return [(table, row) for table in _REFERENCES for row in self._known[table].values()]

    def record(self, image: RecordImage) -> RecordChange:
        """Return what happened to a record."""
        action = _action(image)
        kind = KINDS.get(image.table)
        return RecordChange(
            table=image.table,
            record_id=image.record_id,
            noun=kind.noun if kind else "记录",
            title=self.title(image),
            action=action,
            fields=tuple(self._fields(image, action)),
        )

    def title(self, image: RecordImage) -> str:
        """Return a record's name: that of now, or the last it had."""
        own = {**(image.before or {}), **(image.after or {})}
        values = {**own, **self._known[image.table].get(image.record_id, {})}
        title = _TITLES.get(image.table, _no_title)(self, image.record_id, values)
        return title if len(title) <= _TITLE_LENGTH else f"{title[: _TITLE_LENGTH - 1]}…"

    def _fields(self, image: RecordImage, action: RecordAction) -> Iterator[FieldChange]:
        before, after = image.before or {}, image.after or {}
        if image.table == "setting":
            values = (side.get("value") for side in (before, after))
            yield from setting_changes(image.record_id, *values)
            return
        if image.table == "plan_version" and action is RecordAction.ADDED:
            yield from self._figures(image.record_id)
            return
        named, inner = FIELDS.get(image.table, {}), INNER_FIELDS.get(image.table, frozenset())
        columns = dict.fromkeys((*named, *before, *after))
        untold = _UNTOLD.get(image.table, frozenset())
        for column in columns:
            was, now = before.get(column), after.get(column)
            if column == _HIDDEN_BY_ID or column in inner or was == now:
                continue
            if column in untold and not was and not now:
                continue
            change = self._field(image, column, named.get(column, column))
            if change.before or change.after:
                yield change

    def _field(self, image: RecordImage, column: str, name: str) -> FieldChange:
        texts = []
        for side in (image.before, image.after):
            there = side is not None and column in side
            value = side[column] if side is not None and there else None
            texts.append(in_words(image.table, column, value, self._names) if there else "")
        before, after = texts
        if before == after and before:  # a change in what the mask hides must still be seen
            after += _ALTERED
        return FieldChange(name, before, after)

    def _figures(self, version_id: str) -> Iterator[FieldChange]:
        """Yield the key figures of a plan that was made."""
        known, names = self._known["plan_version"].get(version_id, {}), FIELDS["plan_version"]
        if not known:
            return
        held, all_ = self._queries.held_visits(version_id)
        yield FieldChange(names["period"], "", period(known["start_date"], known["end_date"]))
        yield FieldChange(names["preset"], "", known["preset"])
        yield FieldChange(names["held"], "", f"{held} 项，共 {all_} 项")

    def _county(self, code: str) -> str:
        found = self._counties.get(code)
        return found.name if found else code

    def _specialty(self, code: str) -> str:
        return self._specialties.get(code, code)

    def _named(self, table: str) -> Callable[[str], str]:
        def name(key: str) -> str:
            known = self._known[table].get(key, {})
            return _TITLES[table](self, key, known) or f"已删除的{KINDS[table].noun}"

        return name

    def _envoy_title(self, _: str, values: Values) -> str:
        return str(values.get("name") or "")

    def _demand_title(self, _: str, values: Values) -> str:
        named = (values.get(name) for name in ("content", "site", "town"))
        return str(next(filter(None, named), "")) or self._county(values.get("county") or "")

    def _standard_title(self, _: str, values: Values) -> str:
        county, specialty = (values.get(name) or "" for name in ("county", "specialty"))
        return f"{self._county(county)} · {self._specialty(specialty)}" if county else ""

    def _version_title(self, _: str, values: Values) -> str:
        return f"{values['name']} 第{values['version_no']}版" if values.get("name") else ""

    def _visit_title(self, _: str, values: Values) -> str:
        if not values.get("county"):
            return ""
        specialties = dict.fromkeys(role[0] for role in values.get("roles") or ())
        what = "、".join(map(self._specialty, specialties))
        held = when(values.get("start_date"), values.get("start_half"))
        return " ".join(part for part in (self._county(values["county"]), what, held) if part)

    def _seat_title(self, _: str, values: Values) -> str:
        visit = values.get("plan_visit_id") or ""
        return self._visit_title(visit, self._known["plan_visit"].get(visit, {}))


def _values_of(images: Iterable[RecordImage]) -> Iterator[tuple[str, Values]]:
    for image in images:
        for side in (image.before, image.after):
            if side:
                yield image.table, side


def _action(image: RecordImage) -> RecordAction:
    """Return what happened; a plan whose planning was undone counts as removed."""
    before, after = image.before, image.after
    if image.table == "plan_version" and before and after and "discarded" in after:
        return RecordAction.REMOVED if after["discarded"] else RecordAction.ADDED
    if before is None:
        return RecordAction.ADDED
    return RecordAction.REMOVED if after is None else RecordAction.CHANGED


Title = Callable[[HistoryTexts, str, Values], str]


def _no_title(_: HistoryTexts, __: str, ___: Values) -> str:
    return ""


def _first(column: str) -> Title:
    return lambda _, __, values: str(values.get(column) or "")


_TITLES: Mapping[str, Title] = {
    "envoy": HistoryTexts._envoy_title,
    "demand": HistoryTexts._demand_title,
    "coverage_standard": HistoryTexts._standard_title,
    "county_minimum": lambda texts, key, _: texts._county(key),
    "plan_version": HistoryTexts._version_title,
    "plan_visit": HistoryTexts._visit_title,
    "plan_seat": HistoryTexts._seat_title,
    "own_term": _first("text"),
    "county": _first("name"),
    "specialty": _first("name"),
    "setting": lambda _, key, __: setting_title(key),
}
