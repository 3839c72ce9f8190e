"""What imports leave behind for the next one: where values came from, learned words, lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from envoy_app.domain.imports import Term


@dataclass(frozen=True, slots=True)
class Origin:
    """What imports wrote into a stored record.

    `digests` are marks of the values last written, by field: another value there now was typed in
    the application. `aliases` are marks of rows that the user said are this record.
    """

    record_id: str
    digests: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class OwnTerm:
    """A word that the user explained: the codes it stands for, () where it says nothing."""

    id: str
    term: Term
    codes: tuple[str, ...]
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListTrace:
    """What kind of list a run imported and whom it named, to see later who is gone from it.

    `name` is the file's name without digits and dates; `layouts` those of its sheets.
    """

    name: str = ""
    layouts: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
