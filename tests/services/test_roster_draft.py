from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.idnumber import check_digit
from envoy_app.domain.people import Envoy, Skill
from envoy_app.services.roster_draft import (
    EnvoyDraft,
    draft_of,
    read_draft,
    same_id,
    second_leader,
)

TODAY = date(2026, 11, 23)
NUMBER = "51010019800305121"
GOOD_ID = NUMBER + check_digit(NUMBER)
CHEN = Envoy(
    id="e1",
    name="陈梅",
    gender="女",
    birth="1978-05",
    phones=("13800000001",),
    title="农艺师",
    title_rank=1,
    skills=(Skill("S19", 1),),
    team_county="510183",
    team_counties=("510183", "510182"),
    team_role="成员",
    term_start="2026-01",
    term_end="2027-12",
)


def read(base=CHEN, **typed):
    return read_draft(replace(draft_of(base), **typed), base, TODAY)


def test_an_untouched_draft_changes_nothing():
    reading = read()
    assert reading.envoy == CHEN
    assert reading.problems == {}


def test_what_was_wrong_before_is_not_held_against_another_edit():
    old = replace(CHEN, phones=("123",), birth="七八年", id_number="1")
    reading = read(old, post="站长")
    assert reading.problems == {}
    assert reading.envoy == replace(old, post="站长")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("name", "", "请填写姓名"),
        ("name", "陈?梅", "不该有的字符"),
        ("id_number", "5101001980", "应是 18 位，现在是 10 位"),
        ("id_number", NUMBER + ("0" if GOOD_ID[-1] != "0" else "1"), "校验位不对"),
        ("id_number", "5.10101E+17", "抹成了 0"),
        ("phones", "1380000", "电话位数不对"),
        ("birth", "2080-01", "1975-10"),
        ("birth", "明年", "1975-10"),
        ("term_start", "去年", "任期请写成"),
        ("term_start", "2026-13", "任期请写成"),
        ("term_end", "2025-12", "早于开始"),
        ("gender", "男", ""),
    ],
)
def test_one_sentence_for_each_wrong_field(field, text, said):
    problems = read(**{field: text}).problems
    if said:
        assert said in problems[field]
        assert problems[field].endswith("。")
    else:
        assert problems == {}


def test_an_id_number_tells_birth_and_gender_where_they_are_empty():
    bare = replace(CHEN, gender="", birth="")
    envoy = read(bare, id_number=f" {GOOD_ID.lower()} ").envoy
    assert (envoy.id_number, envoy.birth) == (GOOD_ID, "1980-03-05")
    assert envoy.gender == ("男" if int(GOOD_ID[16]) % 2 else "女")


def test_an_id_number_that_contradicts_birth_and_gender_is_told_there():
    problems = read(id_number=GOOD_ID).problems
    assert "1980-03-05" in problems["birth"]


def test_a_title_brings_its_rank():
    assert read(title="高级农艺师").envoy.title_rank == 2
    assert read(title="没有这种职称").envoy.title_rank == 0


def test_another_team_takes_the_counties_served_along():
    assert read(team_county="510181").envoy.team_counties == ("510181",)
    assert read(post="站长").envoy.team_counties == ("510183", "510182")
    assert "县团" in read(team_county=None).problems["team_role"]


def test_limits_and_specialties_that_contradict_each_other():
    assert "小于每周" in read(max_slots_week=9).problems["max_slots_month"]
    twice = (Skill("S19", 1), Skill("S19", 2))
    assert "两次" in read(skills=twice).problems["skills"]


def test_several_phones_in_one_field():
    assert read(phones="138 0000 0002，13900000003").envoy.phones == ("13800000002", "13900000003")
    assert read(phones="").envoy.phones == ()


def test_who_has_the_number_already_is_named():
    other = replace(CHEN, id="e2", name="王强", organisation="示例站", id_number=GOOD_ID)
    mine = replace(CHEN, id_number=GOOD_ID)
    assert same_id(mine, [mine]) == ""
    assert "“王强”（示例站）" in same_id(mine, [mine, other])
    assert "已停用" in same_id(mine, [replace(other, active=False)])


def test_a_second_leader_is_told():
    first = replace(CHEN, id="e2", name="王强", team_role="团长")
    mine = replace(CHEN, team_role="团长")
    assert "“王强”" in second_leader(mine, [first, mine])
    assert second_leader(mine, [replace(first, active=False)]) == ""
    assert second_leader(CHEN, [first]) == ""


def test_a_new_envoy_from_an_empty_form():
    reading = read_draft(EnvoyDraft(name="李 明"), Envoy(id="n", name=""), TODAY)
    assert reading.envoy.name == "李明"
    assert reading.problems == {}
    assert "name" in read_draft(EnvoyDraft(), Envoy(id="n", name=""), TODAY).problems
