from __future__ import annotations

from envoy_app.domain.vocabulary import shipped_vocabulary

VOCABULARY = shipped_vocabulary()
CODES = [item.code for item in VOCABULARY.specialties]


def test_every_specialty_has_distinct_narrow_names():
    short = [VOCABULARY.short(code) for code in CODES]
    brief = [VOCABULARY.brief(code) for code in CODES]
    assert len(set(short)) == len(set(brief)) == len(CODES) == 27
    assert all(1 < len(name) <= 4 for name in short)
    assert all(len(name) == 2 for name in brief)


def test_a_code_nobody_knows_is_shown_as_it_is():
    assert VOCABULARY.name("X1") == VOCABULARY.short("X1") == VOCABULARY.brief("X1") == "X1"
