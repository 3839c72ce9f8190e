"""The history as a page, and what a record shows of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from envoy_app.domain.changes import Topic
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import NotFoundError
from envoy_app.domain.history import ChangeKind, HistoryFilter, history_code
from envoy_app.domain.import_memory import Origin
from envoy_app.services.workspace import open_workspace
from tests.factories import make_demand, make_envoy
from tests.services.history_world import execute, make_history


@pytest.fixture(scope="module")
def history_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "a.db"
    return path, make_history(path)


@pytest.fixture
def shared(history_path):
    opened = open_workspace(history_path[0], actor="张三")
    yield opened.history
    opened.close()


def numbers(history, **values):
    page = history.page(HistoryFilter(**values))
    assert page.total == len(page.entries)
    return [entry.change.number for entry in page.entries]


def test_the_newest_comes_first_with_how_many_records_and_their_names(shared):
    page = shared.page(HistoryFilter())
    assert page.total == 11
    assert [entry.change.number for entry in page.entries] == list(range(11, 0, -1))
    first = page.entries[-1]
    assert (first.change.description, first.records) == ("新增特派员 3 人", 3)
    assert first.titles == ("陈梅", "王芳", "李强")
    assert page.entries[2].titles == ("十二月 第1版", "柑橘冬管")
    assert page.entries[4].titles == ("工作日历",)


def test_pages_follow_each_other(shared):
    page = shared.page(HistoryFilter(), offset=4, limit=3)
    assert ([entry.change.number for entry in page.entries], page.total) == ([7, 6, 5], 11)
    assert shared.page(HistoryFilter(), offset=99).entries == ()
    assert shared.page(HistoryFilter(), offset=99).total == 11


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新增", [3, 1]),
        ("发布", [9]),
        ("陈梅", [2, 1]),
        ("王芳", [11, 10, 1]),
        ("柑橘冬", [9, 6, 5, 4, 3]),
        ("十二月", [9, 8]),
        ("  李强 ", [1]),
        ("%", []),
        ("_", []),
        ("没有这个人", []),
    ],
)
def test_texts_and_names_are_searched(shared, text, expected):
    assert numbers(shared, text=text) == expected


def test_kinds_people_and_days_are_filtered(shared):
    today = datetime.now(UTC).astimezone().date()
    assert numbers(shared, kinds=frozenset({ChangeKind.UNDO, ChangeKind.REDO})) == [11, 6, 5]
    assert numbers(shared, kinds=frozenset({ChangeKind.PUBLISH}), text="十二月") == [9]
    assert len(numbers(shared, who="张三")) == 11
    assert numbers(shared, who="李四") == []
    assert len(numbers(shared, start=today - timedelta(days=1), end=today)) == 11
    assert numbers(shared, start=today + timedelta(days=1)) == []
    assert numbers(shared, end=today - timedelta(days=1)) == []


def test_days_are_those_of_this_computer(workspace):
    workspace.roster.add([make_envoy()])
    moment = datetime(2026, 12, 3).astimezone()  # midnight here
    for shift, expected in ((timedelta(0), 1), (timedelta(seconds=-1), 0), (timedelta(1), 0)):
        stored = (moment + shift).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.000000")
        execute(workspace.path, f"UPDATE change_set SET created_at = '{stored}'")
        day = date(2026, 12, 3)
        assert workspace.history.page(HistoryFilter(start=day, end=day)).total == expected


def test_a_code_noted_on_paper_finds_its_change(shared):
    chain = shared.page(HistoryFilter()).entries[4].change.chain
    assert numbers(shared, text=history_code(chain)) == [7]
    assert numbers(shared, text=chain) == [7]


def test_reasons_are_searched(workspace):
    demand = make_demand(state=DemandState.PENDING)
    workspace.demands.add([demand])
    workspace.demands.set_state([demand.id], DemandState.REJECTED, "超出范围")
    assert numbers(workspace.history, text="超出") == [2]


def test_those_who_are_gone_are_found_and_named(workspace):
    workspace.roster.add([make_envoy(name="陈梅"), make_envoy(name="Zhang San")])
    workspace.history.undo()
    history = workspace.history
    assert numbers(history, text="陈梅") == numbers(history, text="zhang") == [2, 1]
    assert set(history.page(HistoryFilter()).entries[1].titles) == {"陈梅", "Zhang San"}


def test_the_name_of_now_is_shown_for_what_was_before(workspace):
    envoy = make_envoy(name="陈梅")
    workspace.roster.add([envoy])
    stored = workspace.roster.envoy(envoy.id)
    workspace.roster.save(replace(stored, name="陈玫"))
    assert [entry.titles for entry in workspace.history.page(HistoryFilter()).entries] == [
        ("陈玫",),
        ("陈玫",),
    ]


def test_of_a_large_import_only_what_is_shown_is_read(workspace, monkeypatch):
    people = [make_envoy(name=f"王{n}") for n in range(1500)]
    with workspace.context.uow() as uow:
        uow.describe("导入 名册.xlsx", ChangeKind.IMPORT)
        uow.envoys.add(people)
        uow.origins.add([Origin(envoy.id) for envoy in people])
        change = uow.commit()
    (entry,) = workspace.history.page(HistoryFilter()).entries
    assert (entry.records, entry.titles) == (1500, ("王0", "王1", "王2"))
    with workspace.context.read() as uow:
        assert [len(part) for part in uow.history.samples([change.change_id], 3).values()] == [3]
    details = workspace.history.details(change.change_id, limit=5)
    assert (len(details.records), details.total) == (5, 1500)
    assert {record.noun for record in details.records} == {"特派员"}


def test_what_happened_to_one_record(history_path, shared):
    _, (chen, wang, _) = history_path
    events = shared.of_record(Topic.ROSTER, chen)
    assert [(event.change.number, event.record.action.value) for event in events] == [
        (2, "修改"),
        (1, "新增"),
    ]
    assert events[0].record.fields[0].after == "已电话确认"
    assert [event.change.number for event in shared.of_record(Topic.ROSTER, wang, limit=2)] == [
        11,
        10,
    ]
    of_demand, of_plan = shared.of_record(Topic.DEMANDS, "d1"), shared.of_record(Topic.PLANS, "p1")
    assert [event.change.number for event in of_demand] == [9, 6, 5, 4, 3]
    assert [event.change.number for event in of_plan] == [9, 8]
    assert shared.of_record(Topic.DEMANDS, chen) == ()
    (day,) = shared.of_record(Topic.SETTINGS, "calendar_edits")
    assert day.record.fields[0].field == "2026-12-03 周四"


def test_who_ever_changed_something(workspace):
    assert workspace.history.people() == ()
    workspace.roster.add([make_envoy()])
    other = open_workspace(workspace.path, actor="李四")
    other.roster.add([make_envoy()])
    other.close()
    assert workspace.history.people() == ("张三", "李四")


def test_a_change_that_is_not_there_is_told(workspace):
    with pytest.raises(NotFoundError, match="找不到这次改动"):
        workspace.history.details("nothing")
