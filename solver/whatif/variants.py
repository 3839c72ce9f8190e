"""Named variants of a problem, and their files (`envoy-variants/1`).

```
{ "format": "envoy-variants/1",
  "variants": [{"name": str, "edits": [{"edit": kind, ...}, ...]}, ...] }
```

Kinds and their keys ((opt) may be missing; `envoy`, `county`, `specialty` narrow down who or what
is meant, without them everybody or everything is):
`set_weights` any of the keys of `weights` but `disruption`; `set_transfer` minutes;
`widen_sharing` envoy, county, specialty (opt), steps (opt 1); `raise_limits` the same and week,
total, travel_minutes (opt 0); `add_expert` county, specialty, level (opt 2), count (opt 1),
sharing (opt); `add_envoy` envoy (as in a problem); `remove_envoy` envoy; `set_absent` envoy,
first, last (opt); `raise_hosts` by (opt 1), county (opt); `widen_windows` days, county, specialty
(opt); `add_visit` visit (as in a problem); `remove_visit` visit; `set_coverage` county, specialty
(opt), min_visits; and the single changes of `unscheduled[].repairs`, with or without `score_after`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from solver.instance import HALVES, SHARING_SCOPES, Instance
from solver.parsing.fields import (
    Key,
    ParseError,
    Parser,
    as_object,
    day,
    fail,
    integer,
    list_of,
    nullable,
    one_of,
    optional,
    record,
    text,
)
from solver.parsing.problem import ENVOY, VISIT, InstanceError
from solver.parsing.references import check_references
from solver.parsing.sizes import check_sizes
from solver.serialise import record_to_json
from solver.whatif import people, terms
from solver.whatif.base import Edit, EditError
from solver.whatif.single import SingleChange

VARIANTS_FORMAT: Final = "envoy-variants/1"


class VariantError(ValueError):
    """Variants are not as the format says or do not fit the problem: one Chinese sentence."""


@dataclass(frozen=True)
class Variant:
    """A problem as it would be with some changes, made in this order."""

    name: str
    edits: tuple[Edit, ...]

    def apply(self, instance: Instance) -> Instance:
        """The changed problem, under the same name; the one given stays as it is.

        Raises:
            VariantError: An edit does not fit the problem, or the outcome is no valid problem.
        """
        return _applied(self, instance, f"方案“{self.name}”")


def variants_to_json(variants: tuple[Variant, ...]) -> dict[str, Any]:
    """Variants as JSON data; `parse_variants` reads them back the same."""
    listed = [
        {"name": variant.name, "edits": [_edit_to_json(edit) for edit in variant.edits]}
        for variant in variants
    ]
    return {"format": VARIANTS_FORMAT, "variants": listed}


def parse_variants(data: object, instance: Instance) -> tuple[Variant, ...]:
    """Read variants that were loaded from JSON, and try them on the problem they are of.

    Args:
        data: The decoded JSON of an `envoy-variants/1` file.
        instance: The problem.

    Raises:
        VariantError: Something is not as the format says, or an edit does not fit the problem;
            the message is one Chinese sentence that names the key and where it stands.
    """
    try:
        variants: tuple[Variant, ...] = _file(data, "")
        if not variants:
            raise fail("variants", "至少要有一个方案")
        names = [variant.name for variant in variants]
        for n, name in enumerate(names):
            if name in names[:n]:
                raise fail(f"variants[{n}].name", f'"{name}" 出现了两次')
    except (ParseError, InstanceError) as error:
        raise VariantError(str(error)) from None
    for n, variant in enumerate(variants):
        _applied(variant, instance, f"variants[{n}]")
    return variants


def _applied(variant: Variant, instance: Instance, path: str) -> Instance:
    for n, edit in enumerate(variant.edits):
        try:
            instance = edit.apply(instance)
        except EditError as error:
            raise VariantError(f"{path}.edits[{n}].{error.key}：{error}") from None
    try:
        check_references(instance)
        check_sizes(instance)
    except ParseError as error:
        raise VariantError(f"{path}：改动之后的问题不合要求，{error}") from None
    return instance


def _edit_to_json(edit: Edit) -> dict[str, Any]:
    if isinstance(edit, SingleChange):
        return dict(edit.change)
    values = {item.name: record_to_json(getattr(edit, item.name)) for item in fields(edit)}  # type: ignore[arg-type]  # a protocol cannot say that all are dataclasses
    given = {key: value for key, value in values.items() if value is not None}
    return {"edit": edit.kind, **given}


_count = integer(0)
_more = integer(1)
_name = nullable(text)
_who: Final = {key: optional(_name, None) for key in ("envoy", "county", "specialty")}
_where: Final = {key: optional(_name, None) for key in ("county", "specialty")}


def _of(build: Callable[..., Edit], keys: Mapping[str, Parser | Key]) -> Parser:
    """A record whose key `edit` has been read."""

    def made(edit: str, **parts: Any) -> Edit:  # noqa: ANN401 - checked by the table
        return build(**parts)

    return record(made, {"edit": text, **keys})


def _single(keys: Mapping[str, Parser]) -> Parser:
    """A change as repairs tell it; what it was said to bring is let fall."""

    def made(score_after: object, **parts: Any) -> SingleChange:  # noqa: ANN401
        return SingleChange(parts)

    kept = {key: _as_written(parse) for key, parse in keys.items()}
    return record(made, {"edit": text, "score_after": optional(as_object, None), **kept})


def _as_written(parse: Parser) -> Parser:
    """The value as it stands in the file, once it was read without an error."""

    def keep(value: object, path: str) -> object:
        parse(value, path)
        return value

    return keep


_KINDS: Final[Mapping[str, Parser]] = {
    "set_weights": _of(
        terms.SetWeights,
        {item.name: optional(nullable(_count), None) for item in fields(terms.SetWeights)},
    ),
    "set_transfer": _of(terms.SetTransfer, {"minutes": _count}),
    "widen_sharing": _of(people.WidenSharing, {**_who, "steps": optional(integer(1, 2), 1)}),
    "raise_limits": _of(
        people.RaiseLimits,
        {**_who, **{key: optional(_count, 0) for key in ("week", "total", "travel_minutes")}},
    ),
    "add_expert": _of(
        people.AddExpert,
        {
            "county": text,
            "specialty": text,
            "level": optional(integer(1, 3), 2),
            "count": optional(integer(1, 1000), 1),
            "sharing": optional(nullable(one_of(*SHARING_SCOPES)), None),
        },
    ),
    "add_envoy": _of(people.AddEnvoy, {"envoy": ENVOY}),
    "remove_envoy": _of(people.RemoveEnvoy, {"envoy": text}),
    "set_absent": _of(
        people.SetAbsent,
        {
            "envoy": text,
            "first": optional(nullable(day), None),
            "last": optional(nullable(day), None),
        },
    ),
    "raise_hosts": _of(
        terms.RaiseHosts, {"by": optional(_more, 1), "county": optional(_name, None)}
    ),
    "widen_windows": _of(terms.WidenWindows, {"days": integer(1, 1000), **_where}),
    "add_visit": _of(terms.AddVisit, {"visit": VISIT}),
    "remove_visit": _of(terms.RemoveVisit, {"visit": text}),
    "set_coverage": _of(
        terms.SetCoverage,
        {"county": text, "specialty": optional(_name, None), "min_visits": _count},
    ),
    "extend_window": _single({"visit": text, "earliest": day, "latest": day}),
    "set_sharing": _single({"envoy": text, "sharing": one_of(*SHARING_SCOPES)}),
    "raise_week_load": _single({"envoy": text, "to": _count}),
    "lower_level": _single({"visit": text, "role": _count, "to": integer(1, 3)}),
    "free_slot": _single({"envoy": text, "date": day, "slot": one_of(*HALVES)}),
    "raise_host": _single({"county": text, "to": _count}),
}
EDIT_KINDS: Final = tuple(_KINDS)


def _edit(value: object, path: str) -> Edit:
    kind = as_object(value, path).get("edit")
    parse = _KINDS.get(kind) if isinstance(kind, str) else None
    if parse is None:
        raise fail(f"{path}.edit", f"应为 {'、'.join(_KINDS)} 之一")
    edit: Edit = parse(value, path)
    return edit


def _edits(value: object, path: str) -> tuple[Edit, ...]:
    edits: tuple[Edit, ...] = list_of(_edit)(value, path)
    if not edits:
        raise fail(path, "至少要有一项改动")
    return edits


def _build(format: str, variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
    return variants


_file = record(
    _build,
    {
        "format": one_of(VARIANTS_FORMAT),
        "variants": list_of(record(Variant, {"name": text, "edits": _edits})),
    },
)
