"""What a word that is not known may mean: written alike, sounding alike, or naming a known one.

Suggestions only ever offer: nothing is mapped by them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from envoy_app.domain.imports import Suggestion
from envoy_app.domain.readings import readings
from envoy_app.domain.text import compact
from resources import read_table

_MOST = 5
_LEAST = 50
_LONGEST = 24  # characters of a word that are compared: more are a sentence
AMBIGUOUS = 80
"""Score of what a broad word is listed to mean."""

# Sounds that speakers of Sichuan do not tell apart, so typists mix them up.
_BLURS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
_INITIALS = (("l", "n"), ("hu", "f"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that is known, and the codes it stands for (several for a broad word)."""

    word: str
    codes: tuple[str, ...]


class Suggester:
    """Ranks known words by how much they are like an unknown one."""

    def __init__(self, candidates: Iterable[Candidate], names: Mapping[str, str]) -> None:
        """Take known words and the names of their codes."""
        self._names = names
        self._by_trait: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            for trait in _traits(candidate.word):
                self._by_trait.setdefault(trait, []).append(candidate)

    def suggest(self, forms: Sequence[str], offered: Sequence[str] = ()) -> tuple[Suggestion, ...]:
        """Return the best suggestions; `forms` are the word itself and its bare forms.

        `offered` are codes that a broad word is listed with: they come first.
        """
        best: dict[str, Suggestion] = {
            code: Suggestion(
                code, self._names.get(code, code), AMBIGUOUS + 20, "词义较宽，可选其一"
            )
            for code in offered
        }
        for form in dict.fromkeys(compact(form).casefold() for form in forms):
            for candidate in self._near(form):
                score, reason = likeness(form, candidate.word)
                if len(candidate.codes) > 1:
                    score = score * 3 // 4
                for code in candidate.codes if score >= _LEAST else ():
                    if code not in best or score > best[code].score:
                        name = self._names.get(code, code)
                        best[code] = Suggestion(code, name, score, reason)
        ranked = sorted(best.values(), key=lambda item: (-item.score, item.code))
        least = max(_LEAST, ranked[0].score - 25) if ranked and not offered else _LEAST
        if offered:
            return tuple(
                Suggestion(item.code, item.name, AMBIGUOUS, item.reason)
                for item in ranked
                if item.code in offered
            )
        return tuple(item for item in ranked if item.score >= least)[:_MOST]

    def _near(self, word: str) -> list[Candidate]:
        """Return the known words that share half of their sounds or looks with a word."""
        shared: Counter[Candidate] = Counter()
        for trait in _traits(word[:_LONGEST]):
            shared.update(self._by_trait.get(trait, ()))
        return [item for item, count in shared.items() if count >= max(1, len(item.word) // 2)]


def _traits(word: str) -> frozenset[str]:
    """Return the sounds of a word's characters, and its characters up to those alike."""
    return frozenset(_blurred(word)) | frozenset(_looks(word))


@lru_cache(maxsize=50_000)
def likeness(word: str, known: str) -> tuple[int, str]:
    """Return how much a word is like a known one, 0 to 100, and why in words."""
    if word == known:
        return 100, f"就是“{known}”"
    if len(word) == len(known) >= 2:
        for score, alike, what in (
            (95, sounds, "读音相同"),
            (90, _looks, "字形相近"),
            (88, _blurred, "读音相近"),
        ):
            if alike(word) == alike(known):
                return score, f"与“{known}”{what}"
    return _partly(word, known)


def _partly(word: str, known: str) -> tuple[int, str]:
    shorter = min(len(word), len(known))
    written = _ratio(word, known)
    score, reason = 0, ""
    if written >= 0.6 and shorter >= 2 and set(word) & set(known):
        score, reason = round(written * 90), f"与“{known}”字形相近"
    if shorter >= 2 and (known in word or word in known):
        part = 55 + round(30 * shorter / max(len(word), len(known)))
        if part > score:
            score = part
            reason = f"含有“{known}”" if known in word else f"是“{known}”的一部分"
    elif len(known) == 1 and len(word) <= 4 and known in word:
        score, reason = max(score, 55), reason or f"含有“{known}”"
    if shorter >= 2 and abs(len(word) - len(known)) <= 2 and (set(word) & set(known)):
        heard = round(_ratio(_blurred(word), _blurred(known)) * 85)
        if heard > score and heard >= 60:
            score, reason = heard, f"与“{known}”读音相近"
    return score, reason


def _ratio(one: Sequence[str], other: Sequence[str]) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= 0.5 else 0.0


@cache
def _look_alikes() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in read_table("vocabulary/look_alikes.csv"):
        for character in row["characters"]:
            found.setdefault(character, row["characters"][0])
    return found


def _looks(word: str) -> str:
    return "".join(_look_alikes().get(character, character) for character in word)


@lru_cache(maxsize=20_000)
def sounds(word: str) -> tuple[str, ...]:
    """Return the syllables of a word without tones, each character read alone."""
    return tuple((readings(character) or (character,))[0] for character in word)


@lru_cache(maxsize=20_000)
def _blurred(word: str) -> tuple[str, ...]:
    return tuple(map(_blur, sounds(word)))


@cache
def _blur(syllable: str) -> str:
    for sharp, dull in _BLURS:
        syllable = syllable.replace(sharp, dull)
    for sharp, dull in _INITIALS:
        if syllable.startswith(sharp):
            return dull + syllable[len(sharp) :]
    return re.sub(r"^ne$", "le", syllable)
