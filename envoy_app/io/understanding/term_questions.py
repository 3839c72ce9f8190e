"""Words that are not known, gathered over a file: each is asked about once."""

from __future__ import annotations

from collections.abc import Iterable

from envoy_app.domain.imports import RowKey, Suggestion, Term, TermQuestion, TermTopic
from envoy_app.domain.places import without_city
from envoy_app.domain.specialties import word_forms
from envoy_app.domain.suggestions import Candidate, Suggester
from envoy_app.io.understanding.row_reader import Lexicon, ReadRow

_SUGGESTED = 1000


def term_questions(read: Iterable[ReadRow], lexicon: Lexicon) -> tuple[TermQuestion, ...]:
    """Return a question per word, in the order in which they come up."""
    rows: dict[Term, dict[RowKey, None]] = {}
    offered: dict[Term, tuple[str, ...]] = {}
    for item in read:
        for asked in item.asked:
            rows.setdefault(asked.term, {})[item.row.key] = None
            offered.setdefault(asked.term, asked.candidates)
    if not rows:
        return ()
    suggesters = {topic: _suggester(topic, lexicon) for topic in {term.topic for term in rows}}
    # More words than this are no words: a column taken for what it is not.
    tried = set(list(rows)[:_SUGGESTED])
    return tuple(
        TermQuestion(
            term,
            tuple(keys),
            _suggested(term, offered[term], suggesters)
            if term in tried and not _is_elsewhere(term, lexicon)
            else (),
        )
        for term, keys in rows.items()
    )


def _is_elsewhere(term: Term, lexicon: Lexicon) -> bool:
    return term.topic is TermTopic.COUNTY and lexicon.counties.is_elsewhere(term.text)


def _suggested(
    term: Term, offered: tuple[str, ...], suggesters: dict[TermTopic, Suggester]
) -> tuple[Suggestion, ...]:
    forms = word_forms(term.text) if term.topic is TermTopic.SPECIALTY else without_city(term.text)
    return suggesters[term.topic].suggest(forms, offered)


def _suggester(topic: TermTopic, lexicon: Lexicon) -> Suggester:
    resolver = lexicon.specialties if topic is TermTopic.SPECIALTY else lexicon.counties
    candidates = (Candidate(word, codes) for word, codes in resolver.words.items())
    return Suggester(candidates, lexicon.names)
