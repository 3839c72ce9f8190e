"""What the history says of each kind of record: one small case each."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import SQLModel

from envoy_app.domain.calendar import DayKind
from envoy_app.domain.changes import Topic
from envoy_app.domain.coverage import CountyMinimum
from envoy_app.domain.demands import DemandState
from envoy_app.domain.field_names import FIELDS, INNER_FIELDS
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.history import FieldChange, RecordAction, RecordImage
from envoy_app.domain.import_memory import OwnTerm
from envoy_app.domain.imports import Term, TermTopic
from envoy_app.domain.people import Absence, Sharing, Skill
from envoy_app.domain.shown_numbers import masked_id, masked_phone
from envoy_app.domain.time import HalfDay
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.persistence.journal import STAMPS
from envoy_app.persistence.records import KINDS, MARKS
from envoy_app.services.history_texts import HistoryTexts
from tests.factories import LONGQUAN, make_demand, make_envoy
from tests.persistence.test_plans import make_view

ADDED, CHANGED, REMOVED = RecordAction.ADDED, RecordAction.CHANGED, RecordAction.REMOVED


def told(workspace, changes):
    """Return what a change did: title, action and fields as (name, before, after)."""
    return [
        (
            record.title,
            record.action,
            [(item.field, item.before, item.after) for item in record.fields],
        )
        for record in workspace.history.details(changes.change_id).records
    ]


def write(workspace, act):
    with workspace.context.uow() as uow:
        uow.describe("改动")
        act(uow)
        return uow.commit()


@pytest.fixture
def envoy(workspace):
    new = make_envoy(name="陈梅", id_number="510123198001011234", phones=("13812345678",))
    workspace.roster.add([new])
    return workspace.roster.envoy(new.id)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {MARKS}))
def test_every_column_of_every_record_has_a_name(name):
    columns = {column.name for column in SQLModel.metadata.tables[name].columns}
    columns -= STAMPS | {"id"} | INNER_FIELDS.get(name, set())
    assert columns <= FIELDS[name].keys()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"title": "研究员", "title_rank": 3},
         [("职称", "农艺师", "研究员"), ("职称级别", "中级", "正高")]),
        ({"skills": (Skill("S06", 3), Skill("S08", 1))},
         [("专业领域", "柑橘与柠檬 · 副高", "柑橘与柠檬 · 正高、{S08} · 中级")]),
        ({"absences": (Absence(date(2026, 12, 1), date(2026, 12, 3), None, "教学周"),
                       Absence(date(2026, 12, 9), date(2026, 12, 9), HalfDay.AM))},
         [("不能出勤", "", "2026-12-01至2026-12-03（教学周）、2026-12-09上午")]),
        ({"base_county": LONGQUAN, "team_county": None, "team_role": "团长"},
         [("常驻县", "锦江区", "龙泉驿区"), ("服务县", "锦江区", ""), ("团内职务", "", "团长")]),
        ({"team_counties": (LONGQUAN,)}, [("服务县（全部）", "", "龙泉驿区")]),
        ({"sharing": Sharing.CITY, "max_slots_week": 2, "max_travel_minutes": 90},
         [("共享范围", "都市圈", "本市"), ("每周最多（半天）", "4 个半天", "2 个半天"),
          ("单程最多（分钟）", "180 分钟", "90 分钟")]),
        ({"active": False}, [("在册", "是", "否")]),
        ({"id_number": "510123198001015678"},
         [("身份证号", "510123***********4", "510123***********8")]),
        ({"id_number": "510123199001011234"},
         [("身份证号", "510123***********4", "510123***********4（中间几位有改动）")]),
        ({"phones": ("13812345678", "02887654321")},
         [("联系电话", "138****5678", "138****5678、028****4321")]),
    ],
)  # fmt: skip
def test_an_envoy_in_words(workspace, envoy, values, expected):
    names = {item.code: item.name for item in shipped_vocabulary().specialties}
    expected = [tuple(text.format(**names) for text in item) for item in expected]
    changes = workspace.roster.save(replace(envoy, **values))
    assert told(workspace, changes) == [("陈梅", CHANGED, expected)]


def test_a_new_envoy_says_only_what_is_known_and_one_that_goes_what_it_was(workspace):
    new = make_envoy(name="陈梅", phones=(), absences=())
    (title, action, fields) = told(workspace, workspace.roster.add([new]))[0]
    assert (title, action) == ("陈梅", ADDED)
    assert ("姓名", "", "陈梅") in fields
    assert not {"联系电话", "不能出勤", "性别", "示例"} & {name for name, _, _ in fields}
    undone = workspace.history.undo()
    (title, action, fields) = told(workspace, undone)[0]
    assert (title, action) == ("陈梅", REMOVED)
    assert ("姓名", "陈梅", "") in fields


def test_a_demand_in_words(workspace):
    demand = make_demand(state=DemandState.PENDING, window_start=date(2026, 12, 1))
    (title, action, fields) = told(workspace, workspace.demands.add([demand]))[0]
    assert (title, action) == ("桃树冬剪", ADDED)
    after = {name: value for name, _, value in fields}
    expected = {
        "县": "龙泉驿区",
        "人数": "1 人",
        "时长": "半天",
        "职称要求": "不限",
        "联系电话": "138****0000",
        "最早日期": "2026-12-01",
    }
    assert after.items() >= expected.items()
    changes = workspace.demands.set_state([demand.id], DemandState.REJECTED, "不属于范围")
    assert told(workspace, changes) == [
        ("桃树冬剪", CHANGED, [("状态", "待审核", "已驳回"), ("原因", "", "不属于范围")])
    ]
    assert workspace.history.details(changes.change_id).change.reason == "不属于范围"
    (stored,) = workspace.demands.demands()
    changed = replace(stored, half=HalfDay.PM, slots=4, min_rank=2, window_start=None, asap=True)
    changes = write(workspace, lambda uow: uow.demands.save(changed))
    assert told(workspace, changes)[0][2] == [
        ("职称要求", "不限", "副高及以上"),
        ("最早日期", "2026-12-01", "不限"),
        ("尽快", "否", "是"),
        ("上下午", "不限", "下午"),
        ("时长", "半天", "两天"),
    ]


def test_a_coverage_standard_and_the_least_of_a_county_in_words(workspace):
    standard = workspace.reference.standards()[0]
    visits = standard.visits_per_month

    def act(uow):
        uow.standards.save(replace(standard, visits_per_month=visits + 1, slots=4))
        minimum = next(item for item in uow.minimums.all() if item.county == standard.county)
        uow.minimums.save(CountyMinimum(standard.county, 9, minimum.version))

    county = shipped_gazetteer().by_code[standard.county].name
    specialty = shipped_vocabulary().name(standard.specialty)
    first, second = told(workspace, write(workspace, act))
    assert first[:2] == (f"{county} · {specialty}", CHANGED)
    assert ("每月场次", str(visits), str(visits + 1)) in first[2]
    assert first[2][1][::2] == ("时长", "两天")
    assert (second[0], second[2][0][0], second[2][0][2]) == (county, "最低场次", "9")


def test_only_the_days_of_the_calendar_that_changed_are_told(workspace):
    day = date(2026, 12, 3)
    changes = workspace.calendar.set_day(day, DayKind.OFF, "运动会")
    expected = [("2026-12-03 周四", "按国家安排", "休息（运动会）")]
    assert told(workspace, changes) == [("工作日历", ADDED, expected)]
    changes = workspace.calendar.set_days(date(2026, 12, 5), date(2026, 12, 6), DayKind.WORK)
    days = [(title, fields[0][0]) for title, _, fields in told(workspace, changes)]
    assert days == [("工作日历", "2026-12-05 周六"), ("工作日历", "2026-12-06 周日")]
    changes = workspace.calendar.set_day(day, None)
    expected = [("2026-12-03 周四", "休息（运动会）", "按国家安排")]
    assert told(workspace, changes) == [("工作日历", REMOVED, expected)]


@pytest.mark.parametrize(
    ("key", "values", "title", "fields"),
    [
        ("travel_rule", {"detour": 1.5, "speed_kmh": 48.0, "within_minutes": 30}, "行程",
         [("绕行系数", "1.35", "1.5"), ("县内单程", "25 分钟", "30 分钟")]),
        ("imports.layout.x", {"layout": "a", "columns": {"手机": "phone", "序": "", "备": "odd"}},
         "导入时更正的列",
         [("列“手机”", "", "联系电话"), ("列“序”", "", "不导入"), ("列“备”", "", "odd")]),
        ("standard_by_season", True, "覆盖标准", [("按农时增减场次", "否", "是")]),
        ("something.new", True, "设置", [("内容", "", "是")]),
        ("calendar_edits", ["of another shape"], "工作日历",
         [("内容", "", "['of another shape']")]),
    ],
)  # fmt: skip
def test_settings_in_words(workspace, key, values, title, fields):
    changes = write(workspace, lambda uow: uow.settings.put(key, values))
    assert told(workspace, changes) == [(title, ADDED, fields)]


def test_a_plan_made_undone_and_published(workspace):
    workspace.planning.store(make_view(id="p1", version_no=1), {"days": []})
    events = workspace.history.of_record(Topic.PLANS, "p1")
    assert [(item.field, item.after) for item in events[0].record.fields] == [
        ("日期", "2026-12-01 至 2026-12-02"),
        ("侧重点", "覆盖优先"),
        ("已排服务", "1 项，共 2 项"),
    ]
    undone = workspace.history.undo()
    assert told(workspace, undone) == [("十二月 第1版", REMOVED, [])]
    redone = workspace.history.redo()
    assert told(workspace, redone)[0][1] == ADDED
    changes = workspace.planning.publish("p1")
    assert told(workspace, changes) == [("十二月 第1版", CHANGED, [("状态", "草案", "已发布")])]
    actions = [item.record.action for item in workspace.history.of_record(Topic.PLANS, "p1")]
    assert actions == [CHANGED, ADDED, REMOVED, ADDED]


def texts_of(workspace, *images):
    with workspace.context.read() as uow:
        gazetteer, vocabulary = shipped_gazetteer(), shipped_vocabulary()
        texts = HistoryTexts(uow.history, gazetteer, vocabulary, images)
        return [texts.record(image) for image in images]


def test_words_counties_and_specialties(workspace):
    own = OwnTerm("t1", Term(TermTopic.SPECIALTY, "果子"), ("S06",))
    (word,) = told(workspace, write(workspace, lambda uow: uow.own_terms.add([own])))
    expected = [("类别", "", "专业领域"), ("词语", "", "果子"), ("含义", "", "柑橘与柠檬")]
    assert word == ("果子", ADDED, expected)
    place, subject = texts_of(
        workspace,
        RecordImage("c", "county", LONGQUAN, {"aliases": []}, {"aliases": ["龙泉", "驿区"]}),
        RecordImage("c", "specialty", "S06", {"own_synonyms": ["柑"]}, {"own_synonyms": []}),
    )
    assert (place.title, place.fields) == ("龙泉驿区", (FieldChange("别名", "", "龙泉、驿区"),))
    assert (subject.title, subject.fields) == ("柑橘与柠檬", (FieldChange("自定同义词", "柑", ""),))


def test_visits_and_seats_by_name(workspace):
    people = [make_envoy(id=f"e{n}", name=name) for n, name in enumerate(("张三", "李四"), 1)]
    workspace.roster.add(people)
    workspace.demands.add([make_demand(id="d1", content="柑橘冬管")])
    workspace.planning.store(make_view(id="p1", version_no=1), {"days": []})
    visit, seat = "p1-00000", "p1-00000-0-0"
    moved = RecordImage(
        "c", "plan_visit", visit, {"start_date": None, "start_half": None, "date_locked": False},
        {"start_date": "2026-12-02", "start_half": "AM", "date_locked": True},
    )  # fmt: skip
    seated = RecordImage("c", "plan_seat", seat, {"envoy": "e2"}, {"envoy": "e1"})
    gone = RecordImage(
        "c", "plan_seat", "x", {"id": "x", "plan_visit_id": visit, "envoy": "nobody"}, None
    )
    asked = RecordImage(
        "c", "plan_visit", "y", None,
        {"id": "y", "county": LONGQUAN, "roles": [["S06", 2, 1]], "demand_id": "d1"},
    )  # fmt: skip
    first, second, third, fourth = texts_of(workspace, moved, seated, gone, asked)
    title = "锦江区 柑橘与柠檬、{} 12-02 周三 上午".format(shipped_vocabulary().name("S19"))
    assert first.title == second.title == third.title
    assert title.startswith(first.title.removesuffix("…"))
    assert [(item.field, item.before, item.after) for item in first.fields] == [
        ("服务日期", "未排", "2026-12-02"),
        ("上下午", "", "上午"),
        ("时间已锁定", "否", "是"),
    ]
    assert [(item.field, item.before, item.after) for item in second.fields] == [
        ("特派员", "李四", "张三")
    ]
    assert third.fields[0].before == "已删除的特派员"
    assert fourth.title == "龙泉驿区 柑橘与柠檬 未排"
    assert {(item.field, item.after) for item in fourth.fields} == {
        ("县", "龙泉驿区"),
        ("人员要求", "柑橘与柠檬 · 副高及以上 1 人"),
        ("服务需求", "柑橘冬管"),
    }


def test_what_another_version_wrote_is_shown_as_it_is(workspace):
    odd = RecordImage("c", "envoy", "x", {"skills": "all"}, {"skills": [["S06"]], "shoes": 42})
    record, unknown = texts_of(workspace, odd, RecordImage("c", "shoe", "x", None, {"size": 42}))
    assert (unknown.noun, unknown.title, unknown.fields) == (
        "记录",
        "",
        (FieldChange("size", "", "42"),),
    )
    assert [(item.field, item.before, item.after) for item in record.fields] == [
        ("专业领域", "all", "[['S06']]"),
        ("shoes", "", "42"),
    ]


@pytest.mark.parametrize(
    ("number", "masked"),
    [("510123198001011234", "510123***********4"), ("51012319800101123X", "510123***********X"),
     ("1234567", "*******"), ("", "")],
)  # fmt: skip
def test_an_id_number_is_masked(number, masked):
    assert masked_id(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("13812345678", "138****5678"), ("028-87654321", "028-****4321"), ("8765432", "****432"),
     ("120", "120")],
)  # fmt: skip
def test_a_telephone_number_is_masked(number, masked):
    assert masked_phone(number) == masked
