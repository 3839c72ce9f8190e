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
