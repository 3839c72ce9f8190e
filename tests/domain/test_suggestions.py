"""Words that are written wrong: what is offered for them, and that nothing is mapped by it."""

from __future__ import annotations

import pytest

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.places import CountyResolver, without_city
from envoy_app.domain.specialties import SpecialtyResolver, word_forms
from envoy_app.domain.suggestions import Candidate, Suggester, likeness
from envoy_app.domain.vocabulary import shipped_vocabulary

VOCABULARY, GAZETTEER = shipped_vocabulary(), shipped_gazetteer()
SPECIALTIES, COUNTIES = SpecialtyResolver(VOCABULARY), CountyResolver(GAZETTEER)
NAMES = {item.code: item.name for item in VOCABULARY.specialties}
NAMES |= {county.code: county.name for county in GAZETTEER.counties}
WORDS = Suggester((Candidate(w, codes) for w, codes in SPECIALTIES.words.items()), NAMES)
PLACES = Suggester((Candidate(w, codes) for w, codes in COUNTIES.words.items()), NAMES)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("猕候桃", "S07"),
        ("食用茵", "S05"),
        ("柑桔栽陪", "S06"),
        ("甘橘", "S06"),
        ("水到", "S01"),
        ("油莱", "S03"),
        ("蔬莱种植", "S04"),
        ("茶叶载培", "S09"),
        ("中药才", "S10"),
        ("川弓", "S10"),
        ("病虫害防冶", "S19"),
        ("土襄肥料", "S20"),
        ("农机装配", "S22"),
        ("智慧农叶", "S22"),
        ("农产品加功", "S23"),
        ("冷连", "S23"),
        ("电子商物", "S25"),
        ("水产养植", "S17"),
        ("生诸", "S14"),
        ("家擒", "S16"),
        ("马玲薯", "S02"),
        ("枇把", "S08"),
        ("水蜜桃树管理", "S08"),
        ("柑橘黄龙病", "S06"),
    ],
)
def test_the_specialty_meant_comes_first(written: str, code: str):
    assert SPECIALTIES.read(written).codes == ()
    offered = WORDS.suggest(word_forms(written))
    assert offered[0].code == code
    assert offered[0].score >= 60
    assert offered[0].reason


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("金糖县", "510121"),
        ("成都市金糖县", "510121"),
        ("仁寿线", "511421"),
        ("浦江县", "510131"),
        ("都江偃", "510181"),
        ("邛涞市", "510183"),
        ("什方市", "510682"),
        ("新者区", "510114"),
        ("丹凌", "511424"),
        ("旌杨区", "510603"),
        ("棉竹市", "510683"),
        ("双留区", "510116"),
        ("筒阳市", "510185"),
        ("彭洲市", "510182"),
    ],
)
def test_the_county_meant_comes_first(written: str, code: str):
    assert COUNTIES.read(written).codes == ()
    assert PLACES.suggest(without_city(written))[0].code == code


@pytest.mark.parametrize("written", ["英语翻译", "建筑施工", "钢琴教学", "汉语言文学", "考古学"])
def test_nothing_is_offered_for_what_is_like_nothing(written: str):
    assert WORDS.suggest(word_forms(written)) == ()


@pytest.mark.parametrize("written", ["汶川", "成都市", "重庆市"])
def test_no_county_is_offered_for_places_elsewhere(written: str):
    assert PLACES.suggest(without_city(written)) == ()


def test_what_a_broad_word_is_listed_with_comes_first_and_alone():
    offered = WORDS.suggest(("果树",), ("S06", "S07", "S08"))
    assert [item.code for item in offered] == ["S06", "S07", "S08"]


def test_reasons_are_told_in_words():
    assert likeness("金糖县", "金堂县") == (95, "与“金堂县”读音相同")
    assert likeness("食用茵", "食用菌") == (90, "与“食用菌”字形相近")
    assert "含有“柑橘”" in likeness("柑橘黄龙病", "柑橘")[1]
