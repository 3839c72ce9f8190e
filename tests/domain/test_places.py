from __future__ import annotations

import pytest

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.places import CountyResolver

GAZETTEER = shipped_gazetteer()
RESOLVER = CountyResolver(GAZETTEER)


@pytest.mark.parametrize("county", GAZETTEER.counties, ids=lambda county: county.short_name)
def test_every_name_of_every_county(county):
    spellings = [county.name, county.short_name, county.code, *county.aliases, *county.old_codes]
    spellings += [county.city + county.name, county.city_short + county.name]
    spellings += [f"四川省{county.city}{county.name}", f"四川省 / {county.city} / {county.name} "]
    for spelling in spellings:
        assert RESOLVER.resolve(spelling) == ((county.code,), None), spelling
        assert RESOLVER.resolve_path(spelling) == (county.code, None), spelling


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("青羊,蒲江县,德阳市旌阳区", ("510105", "510131", "510603")),
        ("资阳市乐至县\n龙泉驿区\n邛崃市", ("512022", "510112", "510183")),
        ("德阳市广汉市/邛崃/双流县(区)", ("510681", "510183", "510116")),
        ("成都东部新区；成都市锦江区", ("510185", "510104")),
        ("四川天府新区/彭州", ("510116", "510182")),
        ("成都高新区中和街道、安岳、金堂县", ("510116", "512021", "510121")),
        ("成都高新区（西区），洪雅", ("510117", "511423")),
        ("眉山天府新区视高街道", ("511421",)),
        ("金堂、金堂县", ("510121",)),
        (None, ()),
    ],
)
def test_lists_and_functional_zones(written: str | None, codes: tuple[str, ...]):
    assert RESOLVER.resolve(written) == (codes, None)


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("成都高新区", ("510107", "510116", "510117")),
        ("眉山天府新区", ("511403", "511421")),
        ("天府新区", ("510116", "511403", "511421")),
        ("仁寿线", ()),
        ("浦江县", ()),
        ("成都市", ()),
        ("汶川", ()),
        ("乐山市市中区", ()),
        ("德阳市金堂县", ()),
    ],
)
def test_unknown_places_are_never_guessed(written: str, candidates: tuple[str, ...]):
    codes, finding = RESOLVER.resolve(written)
    assert codes == ()
    assert finding is not None
    assert finding.code == "UNKNOWN_COUNTY"
    assert finding.candidates == candidates


def test_the_known_part_of_a_list_is_kept():
    codes, finding = RESOLVER.resolve("金堂、汶川")
    assert codes == ("510121",)
    assert finding is not None
    assert finding.value == "汶川"


@pytest.mark.parametrize(
    "written",
    [
        "四川省 / 乐山市 / 市中区",
        "四川省、乐山市、市中区",
        "乐山市\n市中区",
        "济南市 市中区",
        "内江市-东兴区",
        "成都市 东坡区",
        "成都市/东坡区",
        "眉山市 高新区",
        "绵阳市 罗江县",
    ],
)
def test_a_county_of_another_city_is_none(written: str):
    reading = RESOLVER.read(written)
    assert reading.codes == ()
    assert len(reading.unknown) == 1


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("四川省 / 成都市 / 市辖区 / 金堂县", ("510121",)),
        ("四川省、成都市、金堂县", ("510121",)),
        ("成都市：金堂县、简阳市", ("510121", "510185")),
        ("德阳市（旌阳区、罗江区）", ("510603", "510604")),
        ("成都市 金堂县 简阳市", ("510121", "510185")),
        ("德阳市 经开区", ("510603",)),
        ("金堂县 赵镇", ("510121",)),
        ("四川天府新区 华阳", ("510116",)),
        ("金堂县（主）、简阳市（辅）", ("510121", "510185")),
        ("都江堰、彭州等地", ("510181", "510182")),
        ("邛崃、大邑、蒲江三县", ("510183", "510129", "510131")),
    ],
)
def test_paths_and_lists(written: str, codes: tuple[str, ...]):
    assert RESOLVER.resolve(written) == (codes, None)


def test_a_city_in_a_list_is_asked_about_and_the_county_beside_it_kept():
    reading = RESOLVER.read("乐山市、东坡区")
    assert reading.codes == ("511402",)
    assert reading.unknown == (("乐山市", ()),)


def test_what_is_asked_of_a_path_can_be_answered():
    written = "四川省 / 乐山市 / 市中区"
    (asked, _), *_ = RESOLVER.read(written).unknown
    told = CountyResolver(shipped_gazetteer(), {asked: ("511402",)})
    assert told.resolve(written) == (("511402",), None)
