"""Who a row is: sure matches are taken, doubtful ones proposed, strangers are new."""

import pytest

from envoy_app.domain.demands import DemandState
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.imports import ImportKind, ImportReport, ImportRow, RowStatus
from envoy_app.services.import_likeness import Organisations, alike_names
from envoy_app.services.import_matching import Pool
from envoy_app.services.import_proposals import Stored, Wishes, kinds, propose
from tests.factories import make_demand, make_envoy

HOW = kinds(shipped_gazetteer())
ID, OTHER_ID = "510000198806246680", "510000196509152208"
MEI = {
    "name": "陈梅",
    "gender": "女",
    "birth": "1988-06-24",
    "id_number": "",
    "phones": ("19000006713",),
    "organisation": "金堂县农业农村局",
    "team_county": "510121",
}
NOBODY = {"base_county": None, "title": "", "title_rank": 0, "skills": ()}


def stored(*records):
    demands = [record for record in records if hasattr(record, "headcount")]
    envoys = [record for record in records if not hasattr(record, "headcount")]
    return Stored(HOW, Pool(HOW.envoys.judge, envoys), Pool(HOW.demands.judge, demands), {}, {})


def roster(*rows, view):
    """Match rows of values with what is stored."""
    made = tuple(
        ImportRow("a", number, RowStatus.NEW, {key: _cell(item) for key, item in row.items()})
        for number, row in enumerate(rows, 2)
    )
    report = ImportReport("名册.xlsx", ImportKind.ROSTER, made)
    return propose(report, Wishes(), view.layer(), {}).rows


def _cell(value):
    return list(value) if isinstance(value, tuple) else value or None


def one(stored_values, row_values):
    """Return the row of a file that has it alone, matched with one stored envoy."""
    envoy = make_envoy(**{**NOBODY, **MEI, **stored_values})
    (row,) = roster({**MEI, **row_values}, view=stored(envoy))
    assert row.target_id == envoy.id or row.status is RowStatus.NEW
    return row


@pytest.mark.parametrize(
    ("before", "after", "score", "reason"),
    [
        ({"id_number": ID}, {"id_number": ID, "phones": ("19000000001",)}, 100, "身份证号相同"),
        ({"id_number": ID}, {"id_number": ID, "name": "陈枚"}, 96, "身份证号相同，姓名写法相近"),
        ({"id_number": ID}, {"id_number": ID, "name": "王芳"}, 93, "身份证号和电话相同，姓名不同"),
        ({}, {"organisation": "乙站", "birth": ""}, 98, "姓名和电话相同"),
        ({}, {"phones": ()}, 94, "姓名和单位相同"),
        ({}, {"phones": (), "organisation": "金堂农业农村局"}, 91, "姓名相同，单位写法相近"),
        ({}, {"name": "陈枚"}, 92, "电话和单位相同，姓名写法相近"),
        ({}, {"phones": (), "organisation": ""}, 90, "姓名和服务县相同"),
    ],
)
def test_sure_matches_are_taken(before, after, score, reason):
    row = one(before, after)
    assert row.status is not RowStatus.NEW
    assert (row.score, row.match_reason, row.rivals) == (score, reason, ())


@pytest.mark.parametrize(
    ("before", "after", "score", "reason"),
    [
        (
            {"id_number": ID},
            {"id_number": ID, "name": "王芳", "phones": (), "organisation": "乙站"},
            75,
            "身份证号相同，姓名不同",
        ),
        ({"id_number": ID}, {"id_number": OTHER_ID}, 60, "姓名和电话相同，身份证号不同"),
        ({}, {"phones": ("19000000001",)}, 65, "姓名和单位相同，电话不同"),
        ({}, {"name": "陈枚", "organisation": "乙站"}, 80, "电话相同，姓名写法相近"),
        ({}, {"name": "王芳"}, 55, "电话相同，姓名不同"),
        ({}, {"phones": (), "organisation": "乙站"}, 70, "姓名和出生年月相同"),
        ({}, {"phones": (), "gender": "男"}, 50, "姓名和单位相同，性别或出生年月不同"),
    ],
)
def test_doubtful_matches_are_only_proposed(before, after, score, reason):
    row = one(before, after)
    assert (row.status, row.score) == (RowStatus.NEW, 0)
    (rival,) = row.rivals
    assert (rival.score, rival.reason) == (score, reason)
    assert rival.label == "陈梅（金堂县农业农村局）"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"id_number": ID}, {"id_number": OTHER_ID, "phones": ()}),
        ({}, {"phones": ("19000000001",), "organisation": "大邑县农业农村局", "birth": ""}),
        ({"phones": ("028-85551234",)}, {"phones": ("028-85551234",), "name": "王芳"}),
        ({}, {"name": "王芳", "phones": ()}),
        ({}, {"name": "王芳", "organisation": "乙站", "birth": "1970-01"}),
    ],
)
def test_strangers_are_new(before, after):
    row = one(before, after)
    assert (row.status, row.rivals) == (RowStatus.NEW, ())


def test_two_of_one_name_and_different_phones_are_two_people():
    first = make_envoy(**{**NOBODY, **MEI})
    second = make_envoy(**{**NOBODY, **MEI, "phones": ("19000000001",), "birth": ""})
    rows = roster({**MEI, "phones": ("19000000001",), "birth": ""}, MEI, view=stored(first, second))
    assert [row.target_id for row in rows] == [second.id, first.id]
    assert all(row.rivals == () for row in rows)


def test_a_row_that_may_be_either_of_two_is_asked_about():
    """Both have the name and the office; the row has no phone: to take one would be a guess."""
    first = make_envoy(**{**NOBODY, **MEI})
    second = make_envoy(**{**NOBODY, **MEI, "phones": ("19000000001",)})
    (row,) = roster({**MEI, "phones": ()}, view=stored(first, second))
    assert row.status is RowStatus.NEW
    assert {rival.record_id for rival in row.rivals} == {first.id, second.id}
    rows = roster({**MEI, "phones": ()}, {**MEI, "phones": ()}, view=stored(first, second))
    assert {row.target_id for row in rows} == {first.id, second.id}


def test_no_record_is_given_to_two_rows():
    envoy = make_envoy(**{**NOBODY, **MEI})
    rows = roster(MEI, {**MEI, "organisation": "乙站"}, view=stored(envoy))
    assert [row.status for row in rows].count(RowStatus.NEW) == 1


def test_a_weak_resemblance_never_takes_the_record_of_a_later_row():
    envoy = make_envoy(**{**NOBODY, **MEI, "id_number": ID})
    rows = roster({**MEI, "phones": ()}, {**MEI, "id_number": ID}, view=stored(envoy))
    assert rows[1].target_id == envoy.id
    assert (rows[0].status, rows[0].rivals) == (RowStatus.NEW, ())


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("四川省农业科学院", "四川省农业科学院", 2),
        ("金堂县农业农村局", "成都市金堂县农业农村局", 1),
        ("农业农村局", "金堂县农业农村局", 1),
        ("成都某某农业有限公司", "成都某某农业有限责任公司", 1),
        ("某某农业(成都)有限公司", "某某农业（成都）有限公司", 1),
        ("四川省农科院", "省农科院", 1),
        ("金堂县农业农村局", "大邑县农业农村局", -1),
        ("四川省农业科学院", "成都市农业科学院", -1),
        ("金堂县农业农村局", "金堂县林业局", -1),
        ("", "金堂县林业局", 0),
    ],
)
def test_organisations_are_compared_loosely(one, other, agreement):
    organisations = Organisations(shipped_gazetteer())
    assert organisations.agreement(one, other) == agreement
    assert organisations.agreement(other, one) == agreement


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("陈梅", "陈枚", True),
        ("陈静", "陈晋", True),
        ("欧阳建国", "欧阳建囯", True),
        ("阿依古丽", "阿依·古丽", True),
        ("陈梅", "陈玲", False),
        ("陈梅", "王梅", False),
        ("", "陈梅", False),
    ],
)
def test_names_that_may_be_a_slip(one, other, alike):
    assert alike_names(one, other) is alike


DEMAND = {
    "county": "510112",
    "town": "柏合镇",
    "site": "示范合作社",
    "content": "桃树冬剪",
    "window_start": "2026-12-03",
    "window_end": "2026-12-05",
    "contact": "王五",
    "specialties": ["S08"],
}


def demand(**values):
    from datetime import date

    window = {"window_start": date(2026, 12, 3), "window_end": date(2026, 12, 5)}
    return make_demand(**{**window, **values})


def wish(row_values, *records):
    row = ImportRow("a", 2, RowStatus.NEW, {**DEMAND, **row_values}, kind=ImportKind.DEMAND)
    report = ImportReport("需求.xlsx", ImportKind.DEMAND, (row,))
    return propose(report, Wishes(), stored(*records).layer(), {}).rows[0]


@pytest.mark.parametrize(
    ("values", "score"), [({}, 100), ({"contact": None}, 92), ({"town": None}, 100)]
)
def test_demands_are_known_by_where_what_and_when(values, score):
    row = wish(values, demand())
    assert (row.status, row.score) == (RowStatus.UNCHANGED, score)


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ({"window_end": "2026-12-08"}, 75),
        ({"window_start": "2026-12-13", "window_end": "2026-12-15"}, 55),
        ({"site": "另一合作社"}, 70),
        ({"content": "病虫防治"}, 65),
        ({"contact": "赵六"}, 80),
    ],
)
def test_demands_that_differ_in_one_thing_are_proposed(values, score):
    row = wish(values, demand())
    assert row.status is RowStatus.NEW
    assert [rival.score for rival in row.rivals] == [score]


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"window_start": "2027-01-13", "window_end": "2027-01-15"}, DemandState.ACCEPTED),
        ({"county": "510104"}, DemandState.ACCEPTED),
        ({"window_end": "2026-12-08"}, DemandState.DONE),
    ],
)
def test_another_months_or_countys_demand_is_new(values, state):
    row = wish(values, demand(state=state))
    assert (row.status, row.rivals) == (RowStatus.NEW, ())
