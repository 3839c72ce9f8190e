"""Edits of one record by hand: what differs, its words for people, and edits that met others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeVar

from envoy_app.domain.demands import Demand
from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.field_names import DEMAND_FIELDS, ENVOY_FIELDS
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import Envoy
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.persistence.mappers import demand_values, envoy_values
from envoy_app.services.history_values import Names, in_words

R = TypeVar("R", bound=Envoy | Demand)
_NOTHING = "空"


class EditRefused(InputError):
    """Facts that cannot be right; `problems` has one sentence by field. Nothing was written."""

    def __init__(self, problems: dict[str, str]) -> None:
        """Take the problems."""
        super().__init__(next(iter(problems.values()), ""))
        self.problems = problems


class EditConflict(ConflictError):
    """Someone else changed the record meanwhile; nothing was written.

    `fields` names what differs from what was edited.
    """

    def __init__(self, sentence: str, fields: tuple[str, ...]) -> None:
        """`sentence` is what people are told."""
        super().__init__(sentence)
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Editable(Generic[R]):
    """What of a kind of record people edit.

    `names` holds the fields with their names, in the order in which they are told; `followers`
    the fields that go with one; `together` what a description calls fields that go together.
    """

    table: str
    noun: str
    names: Mapping[str, str]
    columns: Callable[[R], dict[str, Any]]
    title: Callable[[R], str]
    followers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    together: Mapping[str, str] = field(default_factory=dict)

    def changed(self, before: R, after: R) -> tuple[str, ...]:
        """Return the names of the fields that differ."""
        return tuple(name for name in self.names if getattr(before, name) != getattr(after, name))

    def described(self, after: R, fields: Sequence[str]) -> str:
        """Return the description of an edit: 修改特派员“陈梅”：职称、联系电话."""
        named = (self.together.get(name, self.names[name]) for name in fields)
        words = "、".join(dict.fromkeys(named))
        return f"修改{self.noun}“{self.title(after)}”" + (f"：{words}" if words else "")

    def merged(self, base: R, mine: R, current: R) -> R:
        """Return `current` with what `mine` changed against `base`; mine wins where both did."""
        values: dict[str, Any] = {}
        for name in self.changed(base, mine):
            for each in (name, *self.followers.get(name, ())):
                values[each] = getattr(mine, each)
        return replace(current, **values)

    def in_words(self, record: R, name: str, names: Names) -> str:
        """Return a field as the history shows it too, 空 where there is nothing."""
        return in_words(self.table, name, self.columns(record)[name], names) or _NOTHING

    def conflict(self, base: R, current: R, names: Names) -> EditConflict:
        """Return what is raised where somebody made `base` into `current` meanwhile."""
        fields = self.changed(base, current)
        told = "；".join(
            f"{self.names[name]}由“{self.in_words(base, name, names)}”"
            f"改为“{self.in_words(current, name, names)}”"
            for name in fields
        )
        sentence = f"“{self.title(current)}”刚被别处改过：{told}。您的改动还没有保存。"
        return EditConflict(sentence, fields)


def demand_title(demand: Demand) -> str:
    """Return what people call a demand: its content, or where it is."""
    return demand.content or " ".join(part for part in (demand.town, demand.site) if part)


def names_of(gazetteer: Gazetteer, vocabulary: Vocabulary) -> Names:
    """Return the names that the fields of envoys and demands need: they point to no record."""

    def county(code: str) -> str:
        found = gazetteer.by_code.get(code)
        return found.name if found else code

    return Names(county, vocabulary.name, str, str)


def _without(names: Mapping[str, str], *left_out: str) -> dict[str, str]:
    return {name: text for name, text in names.items() if name not in left_out}


ENVOY: Final[Editable[Envoy]] = Editable(
    table="envoy",
    noun="特派员",
    names=_without(ENVOY_FIELDS, "title_rank", "team_counties", "sample"),
    columns=envoy_values,
    title=lambda envoy: envoy.name,
    followers={"team_county": ("team_counties",), "title": ("title_rank",)},
)
DEMAND: Final[Editable[Demand]] = Editable(
    table="demand",
    noun="服务需求",
    names=_without(DEMAND_FIELDS, "sample"),
    columns=demand_values,
    title=demand_title,
    together=dict.fromkeys(("window_start", "window_end", "asap"), "日期"),
)
