"""Broken files of every format: sheets or one known reason, never anything else."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from envoy_app.domain.errors import InputError
from envoy_app.io.reader import read_content
from envoy_app.io.reader_child import FILE, answer
from envoy_app.io.reader_sentences import REASONS
from tests.io.support import DATA
from tests.io.test_reader_formats import FLAT, OLD_XML, binary_roster
from tests.io.test_reader_pasted import EXCEL
from tests.io.test_reader_text import ROSTER

Mutation = Callable[[random.Random, bytes], bytes]
NUMBERS = [b"0", b"-1", b"1048577", b"4294967296", b"1e308", b"NaN", b"", b"9" * 20]
ROW = "<table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell></table:table-row>"


def corpus() -> dict[str, bytes]:
    files = {
        name: (DATA / name).read_bytes() for name in ("rich.xls", "rich.ods", "demand-11.xlsx")
    }
    return files | {
        "a.xlsb": binary_roster(),
        "a.fods": FLAT.format(ROW).encode(),
        "a.xml": OLD_XML.format(encoding="utf-8").encode(),
        "a.html": EXCEL.encode(),
        "a.csv": ROSTER.encode("gb18030"),
    }


def flipped(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice([1, 3, 30])):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def spliced(rng: random.Random, data: bytes) -> bytes:
    here, there = (rng.randrange(len(data) + 1) for _ in range(2))
    return data[:here] + data[there : there + rng.randrange(1, 2000)] + data[here:]


def renumbered(rng: random.Random, data: bytes) -> bytes:
    found = list(re.finditer(rb"\d+", data))
    for match in rng.sample(found, min(len(found), 1)):
        data = data[: match.start()] + rng.choice(NUMBERS) + data[match.end() :]
    return data


def lengths(rng: random.Random, data: bytes) -> bytes:
    """Change the length or kind of BIFF records, or any 16 bits of what is none."""
    changed, at, places = bytearray(data), 512, []
    while at + 4 < len(changed):
        kind, length = struct.unpack_from("<HH", changed, at)
        places.append(at + rng.choice([0, 2]))
        at += 4 + length
        if not kind and not length:
            break
    for place in rng.sample(places, min(len(places), 2)):
        struct.pack_into("<H", changed, place, rng.choice([0, 1, 4, 0x85, 0x208, 0xE5, 0xFFFF]))
    return bytes(changed)


BYTES: list[Mutation] = [flipped, cut, spliced, renumbered, lengths]


def rezipped(rng: random.Random, data: bytes) -> bytes:
    """Change, rename or drop a part of a package and pack it soundly again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(parts))
    part = parts.pop(name)
    if rng.random() < 0.9:
        target = name if rng.random() < 0.9 else rng.choice(sorted(parts))
        parts[target] = rng.choice(BYTES)(rng, part)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for kept, content in parts.items():
            archive.writestr(kept, content)
    return packed.getvalue()


def broken(rng: random.Random, data: bytes) -> bytes:
    if data.startswith(b"PK") and rng.random() < 0.8:
        return rezipped(rng, data)
    return rng.choice(BYTES)(rng, data)


@pytest.mark.parametrize("name", sorted(corpus()))
def test_broken_files_end_with_a_reason(name: str):
    data = corpus()[name]
    rng = random.Random(name)
    ends: list[Any] = []
    for _ in range(30):
        records: list[Any] = []
        answer(FILE, broken(rng, data), records.append)
        ends.append(records[-1])
    refused = [end["refused"] for end in ends if "refused" in end]
    assert all("done" in end or end["refused"] in REASONS for end in ends)
    assert refused  # the mutations reach what they should break


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", sorted(corpus()))
def test_many_broken_files_end_with_a_sentence(name: str):
    data = corpus()[name]
    rng = random.Random(f"{name} 2")
    for count in range(400):
        content = broken(rng, data)
        records: list[Any] = []
        answer(FILE, content, records.append)
        assert "done" in records[-1] or records[-1]["refused"] in REASONS
        if count % 10:
            continue
        try:
            sentence = "".join(sheet.name for sheet in read_content(name, content)) + "。"
        except InputError as error:
            sentence = str(error)
        assert sentence.endswith("。")
        assert "Traceback" not in sentence
