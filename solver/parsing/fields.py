"""Building blocks for reading JSON: small parsers `(value, path) -> parsed` and their sums.

A record is read by a table of its keys, so that the format can be seen at a glance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from solver.parsing.decode import JsonObject

Parser = Callable[[object, str], Any]

LARGEST: Final = 10**9
"""No single number may be larger, so that products of two stay inside 64 bits."""
_LONGEST_WORDS: Final = 160
_HEAD: Final = 100
_TAIL: Final = 50


class ParseError(ValueError):
    """Something in the data is not as the format says; the message says what and where."""


def fail(path: str, problem: str) -> ParseError:
    """The error for a place in the data; an empty path is the whole file."""
    return ParseError(f"{_readable(path) or '文件'}：{_readable(problem)}")


def _readable(words: str) -> str:
    """Words on one line of a bearable length, whatever names the data gave to things."""
    if len(words) > _LONGEST_WORDS:
        words = f"{words[:_HEAD]}……{words[-_TAIL:]}"
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in words)


def text(value: object, path: str) -> str:
    """A string that is not empty."""
    if not isinstance(value, str) or not value:
        raise fail(path, "应为非空文字")
    return label(value, path)


def label(value: object, path: str) -> str:
    """A string, possibly empty, that can be written down again."""
    if not isinstance(value, str):
        raise fail(path, "应为文字")
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:  # half of a surrogate pair
            raise fail(path, "含有残缺的字符，请重新输入这段文字") from None
    return value


def integer(least: int, most: int = LARGEST) -> Parser:
    """A whole number within limits; true and false are no numbers."""

    def parse(value: object, path: str) -> int:
        if type(value) is not int:
            raise fail(path, "应为整数")
        if value < least:
            raise fail(path, f"不能小于 {least}，现为 {shown(value)}")
        if value > most:
            raise fail(path, f"不能大于 {most}，现为 {shown(value)}")
        return value

    return parse


def shown(value: int) -> str:
    """A number as read by people; a monstrous one is not printed digit by digit."""
    return str(value) if abs(value) < 10**18 else "过大的数"


def day(value: object, path: str) -> date:
    """An ISO 8601 date such as 2026-12-01."""
    if isinstance(value, str) and len(value) == len("2026-12-01"):
        with suppress(ValueError):
            found = date.fromisoformat(value)
            if found.isoformat() == value:  # not 2026-W49-2, which is as long
                return found
    raise fail(path, "应为 2026-12-01 这样的日期")


def one_of(*allowed: object) -> Parser:
    """One of a few values, of the very same type."""

    def parse(value: object, path: str) -> object:
        for choice in allowed:
            if type(value) is type(choice) and value == choice:
                return choice
        ending = " 之一" if len(allowed) > 1 else ""
        raise fail(path, f"应为 {'、'.join(map(str, allowed))}{ending}")

    return parse


def nullable(inner: Parser) -> Parser:
    """The inner value or null."""

    def parse(value: object, path: str) -> object:
        return None if value is None else inner(value, path)

    return parse


def list_of(inner: Parser) -> Parser:
    """A list, read into a tuple."""

    def parse(value: object, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise fail(path, "应为列表")
        try:
            return tuple([inner(item, path) for item in value])
        except ParseError:  # again, to say where: lists are too long to name every place
            return tuple(inner(item, f"{path}[{n}]") for n, item in enumerate(value))

    return parse


def integers(least: int, most: int = LARGEST) -> Parser:
    """A list of whole numbers within limits; long ones are looked at as a whole."""
    one_by_one = list_of(integer(least, most))

    def parse(value: object, path: str) -> tuple[Any, ...]:
        if isinstance(value, list) and set(map(type, value)) == {int}:
            found = tuple(value)
            if least <= min(found) and max(found) <= most:
                return found
        listed: tuple[Any, ...] = one_by_one(value, path)
        return listed

    return parse


def row_of(*inner: Parser) -> Parser:
    """A list of fixed length whose places have their own parsers."""

    def parse(value: object, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) != len(inner):
            raise fail(path, f"应为 {len(inner)} 项的列表")
        return tuple(
            parse_item(item, f"{path}[{n}]")
            for n, (item, parse_item) in enumerate(zip(value, inner, strict=True))
        )

    return parse


def rows_of(*inner: Parser) -> Parser:
    """A list of rows of plain values; where nothing is wrong each different value is read once."""
    one_by_one = list_of(row_of(*inner))

    def parse(value: object, path: str) -> tuple[Any, ...]:
        columns = _columns(value)
        if len(columns) == len(inner):
            try:
                for column, read in zip(columns, inner, strict=True):
                    for item in set(column):
                        read(item, path)
                return tuple(zip(*columns, strict=True))
            except ParseError:
                pass
        rows: tuple[Any, ...] = one_by_one(value, path)
        return rows

    return parse


def _columns(value: object) -> list[tuple[Any, ...]]:
    """The columns of a list of rows, if all are of one type, text or whole number; else none."""
    if not isinstance(value, list) or set(map(type, value)) != {list}:
        return []
    if len(set(map(len, value))) > 1:
        return []
    columns = list(zip(*value, strict=True))
    return columns if all(set(map(type, c)) in ({str}, {int}) for c in columns) else []


def mapping_of(inner: Parser) -> Parser:
    """An object with free keys."""

    def parse(value: object, path: str) -> dict[str, Any]:
        return {
            text(key, path): inner(item, f"{path}.{key}")
            for key, item in as_object(value, path).items()
        }

    return parse


@dataclass(frozen=True)
class Key:
    """How the value of a key is read; a key with a default may be missing."""

    parse: Parser
    default: object = None
    required: bool = True


def optional(parse: Parser, default: object) -> Key:
    """A key that may be missing."""
    return Key(parse, default, required=False)


def record(build: Callable[..., Any], keys: Mapping[str, Parser | Key]) -> Parser:
    """An object with exactly these keys, handed to `build` by name."""
    table = {name: key if isinstance(key, Key) else Key(key) for name, key in keys.items()}

    def parse(value: object, path: str) -> object:
        found = as_object(value, path)
        for name in found:
            if name not in table:
                raise fail(path, f'未知的键 "{name}"')
        return build(**{name: _field(found, name, key, path) for name, key in table.items()})

    return parse


def as_object(value: object, path: str) -> dict[str, Any]:
    """The value as a JSON object."""
    if not isinstance(value, dict):
        raise fail(path, "应为对象（键与值）")
    if isinstance(value, JsonObject) and value.repeated is not None:
        raise fail(path, f'键 "{value.repeated}" 出现了不止一次')
    return value


def _field(found: dict[str, Any], name: str, key: Key, path: str) -> object:
    if name in found:
        return key.parse(found[name], f"{path}.{name}" if path else name)
    if key.required:
        raise fail(path, f'缺少键 "{name}"')
    return key.default
