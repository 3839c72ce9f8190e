from __future__ import annotations

import pytest

from envoy_app.domain.specialties import SpecialtyResolver
from envoy_app.domain.vocabulary import Specialty, Vocabulary, shipped_vocabulary

VOCABULARY = shipped_vocabulary()
RESOLVER = SpecialtyResolver(VOCABULARY)


def told(text: str | None) -> list[str]:
    return [str(finding.code) for finding in RESOLVER.read(text).findings]


@pytest.mark.parametrize("item", VOCABULARY.specialties[:26], ids=lambda item: item.code)
def test_every_synonym_with_the_words_around_it(item: Specialty):
    for term in (item.name, *item.synonyms):
        bare = term.partition("(")[0]
        if bare in VOCABULARY.ambiguous:
            continue
        for suffix in ("", "技术", "技术推广", "技术指导", "技术研究与示范"):
            assert RESOLVER.read(bare + suffix).codes == (item.code,), bare + suffix


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("柑桔、花椒", ("S06", "S12")),
        ("品种选育技术研究与示范,机械化", ("S21", "S22")),
        ("动物医学 芍药 桑蚕", ("S18", "S10", "S11")),
        ("直播稻;牛羊", ("S01", "S15")),
        ("机插秧技术/小龙虾技术/生姜技术", ("S01", "S17", "S04")),
        ("小麦玉米", ("S02",)),
        ("资源环境与种养循环", ("S26",)),
        ("粮油加工技术", ("S23",)),
        ("水稻高产栽培技术", ("S01",)),
        ("茶叶、茶树", ("S09",)),
        ("种养循环(猪)", ("S14",)),
        ("种养循环（猪）技术推广", ("S14",)),
        ("草莓（蔬）、粮食作物（稻）", ("S04", "S01")),
        ("畜牧（生猪、牛羊）", ("S14", "S15")),
        ("水稻、中药材（川芎、丹参）", ("S01", "S10")),
        ("（水稻、油菜）", ("S01", "S03")),
        ("水稻种植与病虫害防治", ("S01", "S19")),
        ("1.水稻2.玉米", ("S01", "S02")),
        ("川芎、丹参等中药材", ("S10",)),
        ("—", ()),
        (None, ()),
    ],
)
def test_codes_in_their_order(written: str | None, codes: tuple[str, ...]):
    assert RESOLVER.read(written).codes == codes
    assert told(written) == []


@pytest.mark.parametrize("term", sorted(VOCABULARY.ambiguous))
def test_broad_words_are_asked_about_never_mapped(term: str):
    reading = RESOLVER.read(term)
    assert reading.codes == ()
    assert told(term) == ["AMBIGUOUS_SPECIALTY"]
    assert reading.findings[0].candidates == VOCABULARY.ambiguous[term]


def test_a_broad_word_is_settled_by_a_word_among_its_candidates():
    assert told("园艺、盆景") == []
    assert told("园艺、生猪") == ["AMBIGUOUS_SPECIALTY"]


@pytest.mark.parametrize("written", ["英语翻译", "建筑施工", "钢琴教学", "汉语言文学", "考古学"])
def test_unknown_words_make_no_class(written: str):
    assert RESOLVER.read(written).codes == ()
    assert told(written) == ["UNKNOWN_SPECIALTY"]


def test_words_without_a_class_of_their_own_are_asked_about_when_alone():
    assert told("综合") == ["AMBIGUOUS_SPECIALTY"]
    assert told("综合、水稻") == []


def test_free_text_is_searched_without_blame():
    reading = RESOLVER.read_within("渔业资源技术指导,蜜桔，提质增效示范")
    assert reading.codes == ("S17", "S06")
    assert reading.unknown == ()


def test_synonyms_that_users_add_count():
    own = Vocabulary((Specialty("S01", "水稻", "种植业", ("冬水田",)),), {})
    assert SpecialtyResolver(own).read("冬水田技术").codes == ("S01",)


def test_a_broad_word_is_told_without_the_words_beside_it():
    found = RESOLVER.read("水稻、园艺技术推广，设施农业").findings
    assert [finding.value for finding in found] == ["园艺", "设施农业"]
    assert found[1].candidates == ("S04", "S22")


def test_a_note_that_picks_no_meaning_settles_nothing():
    assert told("畜牧（水稻）") == ["AMBIGUOUS_SPECIALTY"]
