"""Specialties as rosters name them: synonyms, words around them, words too broad to map."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from envoy_app.domain.findings import Finding, Raw
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.text import LIST_SEPARATORS, cleaned, compact, is_empty, items
from envoy_app.domain.vocabulary import OTHER, Vocabulary
from resources import read_table

_NOTE = re.compile(r"[（(][^（()）]*[)）]$")
_ALL_BRACKETED = re.compile(r"^\s*[（(\[【]([^()（）]*)[)）\]】]\s*$")
_OUTER_SEPARATORS = re.compile(LIST_SEPARATORS.pattern + r"(?![^()（）]*[)）])")
_JOINTS = re.compile(r"[+&\\·]|以及|[及和与兼]|等(?=.)|\d{1,2}[.:)]?|[一二三四五六]是")
_NOTHING = frozenset({"无", "暂无", "没有"})
_KEPT = 100_000  # readings kept for cells that say the same


@dataclass(frozen=True, slots=True)
class SpecialtyReading:
    """What a cell says: codes in its order, broad words with their candidates, unknown words.

    `broad` has the words in the form they are listed in, without others around them.
    """

    codes: tuple[str, ...] = ()
    broad: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unknown: tuple[str, ...] = ()

    def __add__(self, other: SpecialtyReading) -> SpecialtyReading:
        return SpecialtyReading(
            tuple(dict.fromkeys(self.codes + other.codes)),
            self.broad + other.broad,
            tuple(dict.fromkeys(self.unknown + other.unknown)),
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What must be asked: each broad word no other word settles, and the unknown ones.

        A broad word is settled where another word of the row names one of its candidates
        (园艺、盆景), or where it names no class of its own (综合、水稻).
        """
        found = [
            Finding(ProblemCode.AMBIGUOUS_SPECIALTY, word, codes)
            for word, codes in dict(self.open_broad).items()
        ]
        if self.unknown:
            found.append(Finding(ProblemCode.UNKNOWN_SPECIALTY, "、".join(self.unknown)))
        return tuple(found)

    @property
    def open_broad(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The broad words that no other word settles, with their candidates."""
        return tuple(item for item in self.broad if not self._settled(item[1]))

    def _settled(self, candidates: tuple[str, ...]) -> bool:
        if set(candidates) <= {OTHER}:
            return bool(self.codes)
        return bool(set(candidates) & set(self.codes))


@cache
def _affixes(position: str) -> tuple[str, ...]:
    rows = read_table("vocabulary/specialty_affixes.csv")
    found = (row["affix"] for row in rows if row["position"] == position)
    # Shortest first: what is left keeps as much as it can (粮油加工技术 is 粮油加工, not 粮油).
    return tuple(sorted(found, key=len))


class SpecialtyResolver:
    """Maps words to classes of the vocabulary; no word ever makes a new class."""

    def __init__(
        self, vocabulary: Vocabulary, answers: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Learn the vocabulary; `answers` are the codes that the user gave to further words."""
        self._answers = {_key(word): codes for word, codes in (answers or {}).items()}
        self._read: dict[Raw, SpecialtyReading] = {}
        self._codes: dict[str, str] = {}
        self._broad: dict[str, tuple[str, ...]] = {}
        for item in vocabulary.specialties:
            self._learn(item.code, item.name, item.synonyms)
        for term, codes in vocabulary.ambiguous.items():
            key = _key(term)
            # A class's own name stays that class even where it is a broad word too.
            self._broad[key] = codes
        self._names = {_key(item.name) for item in vocabulary.specialties if item.code != OTHER}

    def _learn(self, code: str, name: str, synonyms: Iterable[str]) -> None:
        # 农机装备与智慧农业 is also called by either half of its name.
        halves = name.split("与") if "与" in name else [name]
        for term in (name, *halves, *synonyms):
            for key in dict.fromkeys((_key(term), _key(_NOTE.sub("", term)))):
                if key and code == OTHER:
                    self._broad.setdefault(key, (OTHER,))
                elif key:
                    self._codes.setdefault(key, code)

    @property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """All words that are known, broad ones too, with the codes they may stand for."""
        return {word: (code,) for word, code in self._codes.items()} | {
            word: codes for word, codes in self._broad.items() if codes != (OTHER,)
        }

    def read(self, raw: Raw) -> SpecialtyReading:
        """Read a cell that names one or several specialties; what was read once is kept."""
        if (known := self._read.get(raw)) is not None:
            return known
        if len(self._read) > _KEPT:
            self._read.clear()
        return self._read.setdefault(raw, self._cell(raw))

    def _cell(self, raw: Raw) -> SpecialtyReading:
        if is_empty(raw):
            return SpecialtyReading()
        text = compact(raw)
        if _key(text) in self._answers:
            return SpecialtyReading(self._answers[_key(text)])
        parts = _parts(raw)
        listed = sum(map(self._word, parts), SpecialtyReading())
        if len(parts) < 2 or not listed.unknown:
            return listed
        whole = self._word(text)  # one word that is parted: 水稻 栽培
        return whole if whole.codes or whole.broad else listed

    def read_within(self, raw: Raw) -> SpecialtyReading:
        """Read free text: words that are no specialty are not held against it."""
        found = self.read(raw)
        return SpecialtyReading(found.codes, found.broad)

    def _word(self, word: str) -> SpecialtyReading:
        key = _key(word)
        if not key or key in _NOTHING:
            return SpecialtyReading()
        for form in _forms(key):
            if form in self._answers:
                return SpecialtyReading(self._answers[form])
            if form in self._names:
                return SpecialtyReading((self._codes[form],))
            if form in self._broad:
                return self._meant(key, form)
            if form in self._codes:
                return SpecialtyReading((self._codes[form],))
        return self._joined(key) or SpecialtyReading(unknown=(word,))

    def _joined(self, key: str) -> SpecialtyReading | None:
        """Return what words joined into one mean, None unless each is known: 水稻及油菜栽培."""
        words = [word for word in _JOINTS.split(key) if word]
        words = [word for word in words if word not in _affixes("end")] or words
        if words == [key]:
            return None
        found = sum(map(self._word, words), SpecialtyReading())
        return None if found.unknown else found

    def _meant(self, key: str, form: str) -> SpecialtyReading:
        """Return a broad word, or the classes its note picks of those it may mean: 畜牧(生猪)."""
        candidates = self._broad[form]
        note = _NOTE.search(key)
        if note and form != key:
            within = sum(map(self._word, items(note.group()[1:-1])), SpecialtyReading())
            if within.codes and set(within.codes) <= set(candidates) and not within.unknown:
                return SpecialtyReading(within.codes)
        return SpecialtyReading(broad=((form, candidates),))


def _parts(raw: Raw) -> tuple[str, ...]:
    """Split a cell at separators, but not within brackets: 水稻、中药材(川芎、丹参)."""
    text = _ALL_BRACKETED.sub(r"\1", cleaned(raw))
    if "(" not in text and "（" not in text:
        return items(text)
    return tuple(part for part in _OUTER_SEPARATORS.split(text) if part)


def _key(term: str) -> str:
    return compact(term).casefold()


def word_forms(word: str) -> tuple[str, ...]:
    """Return a word and what is left of it without the words that stand around specialties."""
    return tuple(_forms(_key(word)))


def _forms(key: str) -> Iterable[str]:
    """Yield the word, then without a note in brackets, then without words around it."""
    forms = list(dict.fromkeys((key, _NOTE.sub("", key))))
    for form in forms:  # grows while it is walked: words stand around words
        forms.extend(shorter for shorter in _stripped(form) if shorter not in forms)
        yield form


def _stripped(word: str) -> Iterable[str]:
    if not (word.endswith(_affixes("end")) or word.startswith(_affixes("start"))):
        return
    for end in _affixes("end"):
        if word.endswith(end) and len(word) > len(end):
            yield word[: -len(end)]
    for start in _affixes("start"):
        if word.startswith(start) and len(word) > len(start):
            yield word[len(start) :]
