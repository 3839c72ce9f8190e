from __future__ import annotations

import re
from collections import Counter
from datetime import date

import openpyxl
import pytest

from envoy_app.domain.coverage import shipped_standards
from envoy_app.domain.demands import MODES, DemandState
from envoy_app.domain.errors import Cancelled, InputError
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.people import Absence, Envoy, Sharing
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.services.sample import SampleService
from envoy_app.services.sample_demands import make_demands
from envoy_app.services.sample_people import (
    check_digit,
    make_absences,
    make_people,
    make_sharing,
    teaches,
)
from envoy_app.services.sample_words import Month, Setting, next_month, shares, words
from envoy_app.services.workspace import open_workspace

TODAY = date(2026, 11, 23)
DECEMBER = Month(date(2026, 12, 1), date(2026, 12, 31))
SETTING = Setting(shipped_gazetteer(), shipped_vocabulary(), shipped_standards())
COUNTIES = {county.name for county in SETTING.gazetteer.counties}
SKILL_OF = {word: code for code, own in words()["specialty_words"].items() for word in own}


@pytest.fixture(scope="module")
def people():
    return make_people(SETTING, 1, 520)


@pytest.fixture(scope="module")
def demands():
    return make_demands(SETTING, 1, DECEMBER)


def cells(path):
    return [[cell.value for cell in row] for sheet in openpyxl.load_workbook(path) for row in sheet]


@pytest.fixture
def workspace(tmp_path):
    opened = open_workspace(tmp_path / "envoy.db", actor="测试员")
    yield opened
    opened.close()


def test_the_seed_decides_everything(people, demands):
    assert make_people(SETTING, 1, 520) == people
    assert make_demands(SETTING, 1, DECEMBER) == demands
    assert make_people(SETTING, 2, 520) != people
    assert make_demands(SETTING, 2, DECEMBER) != demands


@pytest.mark.parametrize("count", [1, 35, 520, 900])
def test_any_number_of_people_can_be_made(count):
    assert len(make_people(SETTING, 3, count)) == count


def test_check_digit_is_that_of_the_standard():
    # The worked examples of GB 11643-1999, annex A.
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


def test_ids_are_valid_unique_and_nobodys(people):
    numbers = [person.id_number for person in people]
    assert len(set(numbers)) == 520
    for person in people:
        assert person.id_number.startswith("510000")
        assert person.id_number[6:14] == f"{person.birth:%Y%m%d}"
        assert person.id_number[17] == check_digit(person.id_number[:17])
        assert (int(person.id_number[16]) % 2 == 1) == (person.gender == "男")
    assert len({person.phone for person in people}) == 520
    assert all(re.fullmatch(r"1900000\d{4}", person.phone) for person in people)


def test_names_are_unique_and_some_are_rare(people):
    names = [person.name for person in people]
    assert len(set(names)) == 520
    assert sum("·" in name for name in names) >= 3
    assert any(letter in words()["rare"] for name in names for letter in name)


def test_every_county_has_a_led_team_and_some_people_have_none(people):
    teams = Counter(person.team_county for person in people)
    assert set(teams) == {*COUNTIES, ""}
    assert teams[""] == 78
    for role in ("团长", "副团长"):
        assert {person.team_county for person in people if person.team_role == role} == COUNTIES
    assert min(teams.values()) >= 8


def test_ranks_and_organisations_are_realistic(people):
    ranks = Counter(person.rank for person in people)
    assert ranks[1] > ranks[2] > ranks[3] >= 25
    assert all("（示例）" in person.organisation for person in people)
    core = sum(person.base_county in {"锦江区", "青羊区", "武侯区", "温江区"} for person in people)
    assert 150 < core < 300


def test_supply_follows_demand_save_for_what_is_scarce(people):
    """Half-days of people senior enough against those the standard asks, 8 a month each."""
    asked, able = Counter(), Counter()
    for line in SETTING.standards:
        if line.min_level >= 2:
            asked[line.specialty, line.min_level] += (
                line.visits_per_month * line.headcount * line.slots
            )
    for specialty, level in asked:
        able[specialty, level] = 8 * sum(
            specialty in map(SKILL_OF.get, person.specialties.split("、"))
            for person in people
            if person.rank >= level
        )
    short = {
        specialty for (specialty, level), slots in asked.items() if able[specialty, level] < slots
    }

    assert short
    assert short <= set(words()["scarce"])


def test_sample_words_mean_one_specialty_each():
    vocabulary = SETTING.vocabulary
    for word, code in SKILL_OF.items():
        owners = [item.code for item in vocabulary.specialties if word in item.synonyms]
        assert owners == [code], word
        assert word not in vocabulary.ambiguous


def test_demands_cover_all_counties_and_fit_the_month(demands):
    assert 90 <= len(demands) <= 110
    assert {demand.county for demand in demands} == COUNTIES
    assert {demand.mode for demand in demands} <= set(MODES)
    assert {demand.duration for demand in demands} == {"半天", "1天", "2天"}
    for demand in demands:
        assert demand.window == "尽快" or demand.window.startswith("2026")
        if demand.window.endswith(("上午", "下午")):
            assert demand.duration == "半天"
        assert demand.headcount >= len(demand.industry.split("、"))


@pytest.mark.parametrize(
    ("today", "start", "end"),
    [
        (TODAY, date(2026, 12, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 1), date(2027, 2, 28)),
    ],
)
def test_next_month_is_the_next_full_one(today, start, end):
    assert next_month(today) == Month(start, end)


def test_shares_add_up():
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(shares(442, [item.towns_total for item in SETTING.gazetteer.counties])) == 442


def test_absences_fall_in_the_month_and_teachers_teach():
    envoys = tuple(
        Envoy(id=f"e{number}", name="甲", organisation=organisation)
        for number, organisation in enumerate(
            ["岷江农业大学（示例）农学院", "川西农业科学院（示例）作物研究所"] * 200
        )
    )
    made = make_absences(envoys, DECEMBER, 1)

    assert made == make_absences(envoys, DECEMBER, 1)
    everyone = [absence for absences in made.values() for absence in absences]
    assert all(isinstance(item, Absence) and item.reason for item in everyone)
    assert all(DECEMBER.start <= item.start <= item.end <= DECEMBER.end for item in everyone)
    teaching = {
        envoy.id
        for envoy in envoys
        if any(item.reason == "教学周" for item in made.get(envoy.id, ()))
    }
    assert 80 < len(teaching) < 160
    assert all(teaches(envoy.organisation) for envoy in envoys if envoy.id in teaching)
    assert len(made) < 300


def test_workbooks_are_laid_out_like_an_offices(workspace, tmp_path):
    files = SampleService(workspace, today=lambda: TODAY).write_workbooks(tmp_path)

    roster = openpyxl.load_workbook(files.roster)["科技特派员名单"]
    assert (roster["A1"].value, roster["O1"].value, roster.max_row) == ("姓名", "备注", 521)
    assert roster.freeze_panes == "A2"
    assert roster["D2"].data_type == "s"
    assert roster["D2"].number_format == roster["K2"].number_format == "@"
    assert roster["C2"].is_date
    demand = openpyxl.load_workbook(files.demand)["服务需求"]
    assert demand["A1"].value == "科技特派员服务需求汇总表（示例）"
    assert (demand["A3"].value, demand["N3"].value) == ("序号", "紧急程度")
    assert demand.freeze_panes == "A4"


def test_workbooks_are_the_same_each_time(workspace, tmp_path):
    service = SampleService(workspace, today=lambda: TODAY)
    first = service.write_workbooks(tmp_path / "a", seed=5)
    again = service.write_workbooks(tmp_path / "b", seed=5)

    assert cells(first.roster) == cells(again.roster)
    assert cells(first.demand) == cells(again.demand)


@pytest.mark.parametrize("seed", [1, 7])
def test_its_own_import_finds_no_fault(workspace, tmp_path, seed):
    service = SampleService(workspace, today=lambda: TODAY)
    files = service.write_workbooks(tmp_path, seed=seed)

    roster = workspace.imports.read(files.roster, ImportKind.AUTO)
    demand = workspace.imports.read(files.demand, ImportKind.AUTO)

    assert (roster.kind, len(roster.rows)) == (ImportKind.ROSTER, 520)
    assert (demand.kind, len(demand.rows)) == (
        ImportKind.DEMAND,
        len(make_demands(SETTING, seed, DECEMBER)),
    )
    problems = [item for report in (roster, demand) for row in report.rows for item in row.problems]
    assert problems == []
    assert all(row.values["specialties"] for report in (roster, demand) for row in report.rows)


def test_loading_fills_an_empty_database_once(workspace):
    told = []
    service = SampleService(workspace, today=lambda: TODAY)

    changes = service.load(seed=1, on_progress=told.append)

    envoys, demands = workspace.roster.envoys(), workspace.demands.demands()
    assert "520" in changes.description
    assert len(told) == 4
    assert workspace.is_sample
    assert len(envoys) == 520
    assert all(item.sample for item in (*envoys, *demands))
    assert {item.state for item in demands} == {DemandState.ACCEPTED}
    assert len({item.county for item in demands}) == 35
    for demand in demands:
        if demand.window_start and demand.window_end:
            assert DECEMBER.start <= demand.window_start <= demand.window_end <= DECEMBER.end
    assert 40 < sum(bool(envoy.absences) for envoy in envoys) < 260
    assert len({envoy.team_county for envoy in envoys if envoy.team_county}) == 35
    with pytest.raises(InputError, match="空的数据库"):
        service.load()


@pytest.mark.parametrize("stop_at", [1, 2, 3, 4])
def test_stopping_writes_nothing(workspace, stop_at):
    told = []

    def stop(text):
        told.append(text)
        if len(told) == stop_at:
            raise Cancelled

    with pytest.raises(Cancelled):
        SampleService(workspace, today=lambda: TODAY).load(on_progress=stop)

    assert workspace.is_empty
    assert workspace.demands.demands() == ()


def test_a_failure_while_marking_leaves_the_database_empty(workspace, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("power cut")

    monkeypatch.setattr("envoy_app.services.sample.make_absences", fail)
    with pytest.raises(RuntimeError):
        workspace.sample.load()
    assert workspace.is_empty
    assert workspace.demands.demands() == ()


def test_some_offices_do_not_lend_beyond_their_city():
    envoys = tuple(Envoy(id=str(number), name="张三") for number in range(500))
    made = make_sharing(envoys, 1)
    kept = sum(value is Sharing.CITY for value in made.values())
    assert 100 < kept < 200
    assert made == make_sharing(envoys, 1) != make_sharing(envoys, 2)
