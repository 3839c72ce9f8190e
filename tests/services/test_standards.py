"""The coverage standard as a table: editing, copying, shipped values, undo."""

import pytest

from envoy_app.domain.changes import Topic
from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.standard_edits import StandardEdits
from envoy_app.services.workspace import open_workspace

JINJIANG, QINGYANG, PUJIANG = "510104", "510105", "510131"


@pytest.fixture
def workspace(tmp_path):
    opened = open_workspace(tmp_path / "a.db", actor="张三")
    yield opened
    opened.close()


@pytest.fixture
def service(workspace):
    return workspace.standards


def of(table, county):
    return {
        specialty: (line.visits_per_month, line.headcount, line.slots, line.required)
        for (code, specialty), line in table.lines.items()
        if code == county
    }


def test_a_number_changes_one_line_and_can_be_taken_back(workspace, service):
    before = service.table()
    changes = service.save(service.visits(before, {(JINJIANG, "S13"): 6}))
    assert changes.topics == {Topic.STANDARDS}
    assert changes.description == "修改覆盖标准：锦江·花木园林与林竹"
    assert workspace.standards.table().lines[JINJIANG, "S13"].visits_per_month == 6
    assert {
        item.visits_per_month
        for item in workspace.reference.standards()
        if item.id == before.lines[JINJIANG, "S13"].id
    } == {6}
    workspace.history.undo()
    assert service.table().lines == before.lines
    assert workspace.reference.standards() == tuple(
        sorted(before.lines.values(), key=lambda line: line.id)
    )


def test_nought_takes_a_line_away_and_a_new_number_brings_the_shipped_one(service):
    cell = (JINJIANG, "S13")
    shipped = service.table().lines[cell]
    service.save(service.visits(service.table(), {cell: 0}))
    assert cell not in service.table().lines
    service.save(service.visits(service.table(), {cell: shipped.visits_per_month}))
    assert service.table().lines[cell] == shipped


def test_a_line_that_nobody_ships_looks_as_most_counties_have_it(service):
    table = service.table()
    assert (JINJIANG, "S06") not in table.lines
    others = [line for (_, code), line in table.lines.items() if code == "S06"]
    service.save(service.visits(table, {(JINJIANG, "S06"): 2}))
    new = service.table().lines[JINJIANG, "S06"]
    assert new.visits_per_month == 2
    assert (new.headcount, new.slots) in {(line.headcount, line.slots) for line in others}
    assert new.required <= 2


def test_fewer_visits_than_required_lower_what_is_required(service):
    table = service.table()
    assert table.lines[JINJIANG, "S13"].required == 2
    service.save(service.visits(table, {(JINJIANG, "S13"): 1}))
    assert service.table().lines[JINJIANG, "S13"].required == 1


def test_fields_of_many_lines_at_once(service):
    table = service.table()
    cells = [cell for cell in table.lines if cell[0] in (JINJIANG, QINGYANG)]
    service.save(service.fields(table, [*cells, (JINJIANG, "S06")], {"headcount": 3}))
    now = service.table()
    assert {now.lines[cell].headcount for cell in cells} == {3}
    assert (JINJIANG, "S06") not in now.lines


def test_a_county_is_copied_to_others_whole_or_in_part(service):
    table = service.table()
    edits = table.copied(JINJIANG, [JINJIANG, QINGYANG])
    service.save(edits)
    now = service.table()
    assert of(now, QINGYANG) == of(table, JINJIANG)
    assert now.least_of(QINGYANG) == table.least_of(JINJIANG)
    assert of(now, JINJIANG) == of(table, JINJIANG)
    before = of(now, PUJIANG)
    service.save(now.copied(JINJIANG, [PUJIANG], only=frozenset({"S13"})))
    after = of(service.table(), PUJIANG)
    assert after == before | {"S13": of(table, JINJIANG)["S13"]}


def test_the_shipped_standard_comes_back(service):
    before = service.table()
    service.save(before.copied(JINJIANG, [QINGYANG, PUJIANG]))
    service.save(StandardEdits(minimums={JINJIANG: 0}))
    assert of(service.table(), PUJIANG) != of(before, PUJIANG)
    service.save(service.defaults(service.table(), {JINJIANG, QINGYANG, PUJIANG}))
    assert service.table().lines == before.lines
    assert service.table().least_of(JINJIANG) == before.least_of(JINJIANG)


def test_what_would_change_is_told_line_by_line(service):
    table = service.table()
    edits = service.visits(table, {(JINJIANG, "S13"): 5, (JINJIANG, "S25"): 3})
    (change,) = table.changes(StandardEdits(edits.lines, {JINJIANG: table.least_of(JINJIANG)}))
    assert (change.county, change.specialty) == (JINJIANG, "S13")
    assert (change.before, change.after) == ("每月 4 场", "每月 5 场")
    (gone,) = table.changes(StandardEdits({(JINJIANG, "S13"): None}))
    assert gone.before == "每月 4 场、每场 2 人、副高及以上、1 天、间隔 5 天、必保 2 场、权重 4"
    assert gone.after == "无"
    least = table.changes(StandardEdits(minimums={JINJIANG: 3}))
    assert [(item.specialty, item.after) for item in least] == [("", "3")]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"visits_per_month": 40}, "锦江·花木园林与林竹的每月场次是 40，应在 0 到 31 之间"),
        ({"visits_per_month": 1}, "必保场次 2 多于每月场次 1"),
        ({"slots": 3}, "时长是 3 个半天，应为半天或整天"),
        ({"headcount": 0}, "每场人数是 0"),
        ({"min_level": 4}, "最低级别是 4"),
        ({"weight": 10}, "权重是 10"),
        ({"min_gap_days": -1}, "间隔天数是 -1"),
    ],
)
def test_values_that_make_no_sense_are_told_and_nothing_is_written(service, values, words):
    table = service.table()
    with pytest.raises(InputError, match=words):
        service.save(service.fields(table, [(JINJIANG, "S13"), (JINJIANG, "S25")], values))
    assert service.table().lines == table.lines


def test_a_least_number_and_unknown_places(service):
    with pytest.raises(InputError, match="锦江的最低场次是 100"):
        service.save(StandardEdits(minimums={JINJIANG: 100}))
    with pytest.raises(InputError, match="请刷新"):
        service.save(StandardEdits({("999999", "S13"): None}))
    with pytest.raises(InputError, match="999999"):
        service.save(StandardEdits(minimums={"999999": 1}))


def test_two_people_at_once_do_not_overwrite_each_other(service):
    table = service.table()
    service.save(service.visits(table, {(JINJIANG, "S13"): 5}))
    with pytest.raises(ConflictError):
        service.save(service.visits(table, {(JINJIANG, "S13"): 6}))
    assert service.table().lines[JINJIANG, "S13"].visits_per_month == 5


def test_nothing_to_change_is_no_change(workspace, service):
    table = service.table()
    changes = service.save(service.visits(table, {(JINJIANG, "S13"): 4, (JINJIANG, "S06"): 0}))
    assert changes.topics == frozenset()
    assert workspace.history.undoable() == ()


def test_the_season_is_a_choice_that_can_be_taken_back(workspace, service):
    assert not service.seasonal()
    changes = service.set_seasonal(True)
    assert changes.topics == {Topic.SETTINGS}
    assert service.seasonal()
    workspace.history.undo()
    assert not service.seasonal()
