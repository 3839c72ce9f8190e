"""What all edits of a variant have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Protocol, TypeVar

from solver.explain.edits_text import Names
from solver.instance import County, Envoy, Instance, Visit

SCOPE_NAMES: Final = {"county": "本县", "city": "本市", "metro": "都市圈"}
LEVEL_NAMES: Final = {1: "中级及以上", 2: "副高及以上", 3: "正高"}


class EditError(ValueError):
    """An edit does not fit the problem; `key` is the key of the edit that is wrong."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(problem)
        self.key = key


class Edit(Protocol):
    """One change of a problem; frozen, its fields are the keys of its JSON form."""

    kind: ClassVar[str]
    """What it is called in JSON."""

    def apply(self, instance: Instance) -> Instance:
        """The changed problem; the one given stays as it is.

        Raises:
            EditError: It names what the problem does not have, or what it already has.
        """

    def text(self, instance: Instance, names: Names) -> str:
        """What it changes, in a few Chinese words.

        Args:
            instance: The problem before the change.
            names: How envoys and specialties are written.
        """


Item = TypeVar("Item")


def known(key: str, name: str, items: dict[str, Item], what: str) -> Item:
    """What an id stands for.

    Raises:
        EditError: Nothing.
    """
    if name not in items:
        raise EditError(key, f'{what} "{name}" 不存在')
    return items[name]


def new(key: str, name: str, items: dict[str, Any], what: str) -> None:
    """Make sure that an id is not in use.

    Raises:
        EditError: It is.
    """
    if name in items:
        raise EditError(key, f'{what} "{name}" 已经存在')


def county_of(instance: Instance, name: str) -> County:
    """A county by the key `county`.

    Raises:
        EditError: There is no such county.
    """
    return known("county", name, instance.county_by_id, "县")


@dataclass(frozen=True)
class Who:
    """Which envoys are meant: all that fit every key that is given.

    Attributes:
        envoy: One envoy.
        county: Those whose home (team, else base) is this county.
        specialty: Those who have it.
    """

    envoy: str | None = None
    county: str | None = None
    specialty: str | None = None

    def change(self, instance: Instance, change: Callable[[Envoy], Envoy]) -> Instance:
        """The problem with all of them changed.

        Raises:
            EditError: Nobody fits.
        """
        if self.envoy is not None:
            known("envoy", self.envoy, instance.envoy_by_id, "特派员")
        if self.county is not None:
            county_of(instance, self.county)
        if not any(map(self.fits, instance.envoys)):
            key = "specialty" if self.specialty is not None else "county"
            raise EditError(key, "没有这样的特派员")
        envoys = (change(envoy) if self.fits(envoy) else envoy for envoy in instance.envoys)
        return replace(instance, envoys=tuple(envoys))

    def fits(self, envoy: Envoy) -> bool:
        """Whether an envoy is meant."""
        return (
            self.envoy in {None, envoy.id}
            and self.county in {None, envoy.home}
            and (self.specialty is None or self.specialty in envoy.specialties)
        )

    def text(self, instance: Instance, names: Names) -> str:
        """Who, in a few Chinese words."""
        if self.envoy is not None:
            return f"特派员{names.envoy(self.envoy)}"
        place = "" if self.county is None else instance.county_by_id[self.county].name
        skill = "" if self.specialty is None else f"“{names.specialty(self.specialty)}”"
        return f"{place}{skill}特派员" if place or skill else "全体特派员"


def with_visits(instance: Instance, visits: Iterable[Visit]) -> Instance:
    """The problem with other visits."""
    return replace(instance, visits=tuple(visits))
