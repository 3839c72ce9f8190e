"""People who stand in a file twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from envoy_app.domain.findings import Finding
from envoy_app.domain.imports import ImportKind, ImportRow, RowStatus
from envoy_app.domain.problems import ProblemCode
from envoy_app.io.understanding.problem_texts import problem_of
from envoy_app.io.understanding.row_reader import Lexicon, ReadRow


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier row of the file that is the same person, and the kind of cell that shows it."""

    row: ImportRow
    kind: str


def flag_duplicates(read: Sequence[ReadRow], lexicon: Lexicon) -> list[ReadRow]:
    """Return the rows with later rows of a person already seen marked as errors."""
    seen: dict[tuple[str, ...], ImportRow] = {}
    result = []
    for item in read:
        row = item.row
        if row.kind is ImportKind.DEMAND:
            result.append(item)
            continue
        keys = identity_keys(row.values)
        twin = _find_twin(row.values, keys, seen)
        for key, _ in keys:
            seen.setdefault(key, row)
        if twin is None:
            result.append(item)
            continue
        value = item.reader.cell(twin.kind).text or str(row.values["name"] or "")
        finding = Finding(ProblemCode.DUPLICATE_PERSON, value)
        place = item.reader.place(twin.kind)
        problem = problem_of(finding, place, lexicon.name, _where(twin.row, row))
        marked = replace(row, status=RowStatus.ERROR, problems=(*row.problems, problem))
        result.append(replace(item, row=marked))
    return result


def _where(earlier: ImportRow, row: ImportRow) -> str:
    place = f"第 {earlier.row} 行"
    if earlier.row == row.row and earlier.sheet == row.sheet:
        return f"同一行的“{earlier.values['name']}”"
    return place if earlier.sheet == row.sheet else f"工作表“{earlier.sheet}”{place}"


def _find_twin(
    values: Mapping[str, object],
    keys: Sequence[tuple[tuple[str, ...], str]],
    seen: Mapping[tuple[str, ...], ImportRow],
) -> Twin | None:
    """Return the earlier row of the same person: same ID number, or same name and phone."""
    for key, kind in keys:
        earlier = seen.get(key)
        if earlier is None:
            continue
        numbers = {values["id_number"], earlier.values["id_number"]} - {None}
        if len(numbers) < 2:  # two valid ID numbers are two people, whatever else agrees
            return Twin(earlier, kind)
    return None


def identity_keys(values: Mapping[str, object]) -> list[tuple[tuple[str, ...], str]]:
    """Return what tells a person from others in a file, strongest first, and its column kind.

    A shared office phone alone does not: the name must be the same too. Two people of one name
    and different phones are two people.
    """
    keys: list[tuple[tuple[str, ...], str]] = []
    if number := values["id_number"]:
        keys.append((("id", str(number)), "id"))
    phones = values["phones"]
    if values["name"] and isinstance(phones, list):
        keys.extend((("phone", str(values["name"]), phone), "phone") for phone in phones)
    return keys
