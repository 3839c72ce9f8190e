"""Whoever changes the history or a published plan behind the program's back is found out."""

import random
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envoy_app.domain.backups import Reason
from envoy_app.domain.calendar import DayKind
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.history import HistoryFilter
from envoy_app.domain.plans import PlanState
from envoy_app.persistence import doctor
from envoy_app.persistence.chain import broken_links, chained
from envoy_app.services.backups import restore_database
from envoy_app.services.imports import ImportService
from envoy_app.services.workspace import open_workspace
from tests.factories import make_demand, make_envoy
from tests.persistence.test_plans import make_view
from tests.services.history_world import ask, execute, make_history, problems

ROSTER = Path(__file__).parents[1] / "io" / "data" / "02-titled-11.xlsx"
CHANGES = 11


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("history") / "a.db"
    make_history(path)
    return path


@pytest.fixture
def path(template, tmp_path):
    return Path(shutil.copyfile(template, tmp_path / "a.db"))


def test_an_untouched_history_is_whole(path):
    assert problems(path) == []
    assert ask(path, "SELECT max(number), count(*) FROM change_set") == [(CHANGES, CHANGES)]


FORGED = """INSERT INTO change_set (id, version, created_at, created_by, updated_at, updated_by,
    number, description, kind, reason, chain)
    SELECT 'x' || number, 1, created_at, created_by, updated_at, updated_by,
    {number}, '伪造', 'edit', '', chain FROM change_set WHERE number = {like}"""
FORGED_PART = """INSERT INTO change (change_set_id, table_name, record_id, before, after,
    version_after, digest) SELECT {owner}, table_name, record_id, before, after, version_after,
    digest FROM change WHERE change_set_id = (SELECT id FROM change_set WHERE number = {like})
    LIMIT 1"""
OF = "change_set_id = (SELECT id FROM change_set WHERE number = {n})"


@pytest.mark.parametrize(
    ("statements", "numbers", "words"),
    [
        (["UPDATE change_set SET description = '无' WHERE number = 2"], (2,), "第 2 号改动“无”"),
        (["UPDATE change_set SET reason = '奉命' WHERE number = 7"], (7,), "第 7 号改动"),
        (["UPDATE change_set SET created_by = '李四' WHERE number = 1"], (1,), "李四）被人改过"),
        (
            ["UPDATE change_set SET created_at = '2020-01-01 00:00:00.000000' WHERE number = 3"],
            (3,),
            "第 3 号改动",
        ),
        (["UPDATE change_set SET created_at = 'never' WHERE number = 3"], (3,), "时间不明"),
        (
            [f"UPDATE change SET after = replace(after, '确认', '否认') WHERE {OF.format(n=2)}"],
            (2,),
            "改动的是特派员“陈梅”的记录",
        ),
        ([f"UPDATE change SET after = '{{' WHERE {OF.format(n=2)}"], (2,), "特派员“陈梅”"),
        ([f"UPDATE change SET before = NULL WHERE {OF.format(n=2)}"], (2,), "特派员“陈梅”"),
        ([f"UPDATE change SET version_after = 9 WHERE {OF.format(n=1)}"], (1,), "陈梅”、.*王芳”"),
        ([f"UPDATE change SET digest = 'x' WHERE {OF.format(n=4)}"], (4,), "服务需求“柑橘冬管”"),
        ([f"UPDATE change SET table_name = 'demand' WHERE {OF.format(n=2)}"], (2,), "服务需求"),
        (
            [f"DELETE FROM change WHERE {OF.format(n=1)} AND after LIKE '%王芳%'"],
            (1,),
            "记录的条数不符",
        ),
        ([FORGED_PART.format(owner="(SELECT id FROM change_set WHERE number = 2)", like=1)],
         (2,), "第 2 号改动"),
        (
            [
                f"UPDATE change SET id = -id WHERE {OF.format(n=1)}",  # the last comes first
            ],
            (1,),
            "次序",
        ),
        (
            ["UPDATE change_set SET number = 99 WHERE number = 2",
             "UPDATE change_set SET number = 2 WHERE number = 3",
             "UPDATE change_set SET number = 3 WHERE number = 99"],
            (2, 3),
            "第 2 号改动“新增服务需求 1 条”",
        ),
        (
            [f"DELETE FROM change WHERE {OF.format(n=3)}",
             "DELETE FROM change_set WHERE number = 3"],
            (3,),
            "历史中的第 3 号改动被删除了",
        ),
        (
            [f"DELETE FROM change WHERE {OF.format(n=1)}",
             "DELETE FROM change_set WHERE number = 1"],
            (1,),
            "第 1 号改动被删除了",
        ),
        (
            [f"DELETE FROM change WHERE {OF.format(n=8)} OR {OF.format(n=7)}",
             "DELETE FROM change_set WHERE number IN (7, 8)"],
            (7, 8),
            "第 7—8 号改动被删除了",
        ),
        (
            [f"DELETE FROM change WHERE {OF.format(n=10)}",
             "DELETE FROM change_set WHERE number = 10",
             "UPDATE change_set SET number = 10, reverts = NULL WHERE number = 11"],
            (10,),
            "第 10 号改动",
        ),
        ([FORGED.format(number=12, like=11), FORGED_PART.format(owner="'x11'", like=10)],
         (12,), "第 12 号改动“伪造”"),
        ([FORGED.format(number=0, like=2), FORGED_PART.format(owner="'x2'", like=2)],
         (0,), "第 0 号改动“伪造”.*是后来插进去的"),
        (["UPDATE change_set SET undone_at = NULL WHERE number = 10"], (10,), "是否已撤销"),
        (["UPDATE change_set SET undone_at = updated_at WHERE number = 2"], (2,), "是否已撤销"),
    ],
)  # fmt: skip
def test_what_was_altered_removed_or_slipped_in_is_told_by_its_number(
    path, statements, numbers, words
):
    execute(path, *statements)
    with closing(sqlite3.connect(path)) as connection:
        assert broken_links(connection) == numbers
    found = problems(path)
    assert any(re.search(words, text) for text in found), found
    told = {int(text) for each in found for text in re.findall(r"第 (\d+)", each)}
    assert told == ({7} if numbers == (7, 8) else set(numbers))


def test_a_change_given_a_new_link_shows_in_the_next(path):
    execute(path, "UPDATE change_set SET chain = 'f' || chain WHERE number = 5")
    with closing(sqlite3.connect(path)) as connection:
        assert broken_links(connection) == (5,)
        head = connection.execute("SELECT * FROM change_set WHERE number = 5")
        head = dict(zip([item[0] for item in head.description], head.fetchone(), strict=True))
        (last,) = connection.execute("SELECT chain FROM change_set WHERE number = 4").fetchone()
        digests = [row[0] for row in connection.execute(
            f"SELECT digest FROM change WHERE {OF.format(n=5)} ORDER BY id")]  # fmt: skip
        head |= {"description": "无事", "created_at": datetime.fromisoformat(head["created_at"])}
        connection.execute(
            "UPDATE change_set SET description = '无事', chain = ? WHERE number = 5",
            (chained(head, digests, last),),
        )
        connection.commit()
        assert broken_links(connection) == (6,)
    assert "也可能改的是它的前一号" in problems(path)[0]


def test_a_change_numbered_far_away_does_not_hang_the_doctor(path):
    execute(path, "UPDATE change_set SET number = 9000000000000 WHERE number = 11")
    assert "第 11—1010 号改动被删除了" in problems(path)[0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan_seat SET envoy = 'e9' WHERE envoy = 'e1'",
        "DELETE FROM plan_seat WHERE envoy = 'e3'",
        "UPDATE plan_visit SET start_half = 'PM' WHERE visit = 'v1'",
        "UPDATE plan_visit SET reasons = '[]' WHERE visit = 'v2'",
        "UPDATE plan_version SET score = '[0, 0, 0, 0]'",
        "UPDATE plan_version SET frozen = instance",
        "UPDATE plan_version SET seal = ''",
        "UPDATE plan_version SET seal = 'x'",
    ],
)
def test_a_published_plan_that_was_edited_is_named(path, statement):
    execute(path, statement)
    (found,) = problems(path)
    assert found.startswith("已发布的“十二月 第1版”与发布时的内容不同")


def test_a_draft_that_was_edited_is_nobodys_business(path, tmp_path):
    workspace = open_workspace(path, actor="张三")
    workspace.planning.store(make_view(id="p2"), {"days": []})
    workspace.close()
    execute(path, "UPDATE plan_seat SET envoy = 'e9' WHERE plan_version_id = 'p2'")
    assert problems(path) == []


def cut_off(path, number):
    """Remove the end of the history without a trace in what is left of it."""
    gone = f"(SELECT id FROM change_set WHERE number >= {number})"
    execute(
        path,
        f"UPDATE change_set SET undone_at = NULL WHERE id IN (SELECT reverts FROM change_set"
        f" WHERE number >= {number})",
        f"DELETE FROM change WHERE change_set_id IN {gone}",
        f"DELETE FROM change_set WHERE number >= {number}",
    )


def back_up(path):
    workspace = open_workspace(path, actor="张三")
    made = workspace.backups.make(Reason.MANUAL)
    workspace.close()
    return made.path


def test_an_end_that_was_cut_off_shows_in_the_newest_backup(path):
    back_up(path)
    assert problems(path) == []
    cut_off(path, 10)
    (found,) = problems(path)
    assert "有 11 次改动，数据库里只有 9 次" in found
    assert "历史的末尾可能被人删掉了" in found


def test_other_changes_in_place_of_those_cut_off_show_too(path):
    back_up(path)
    cut_off(path, 11)
    workspace = open_workspace(path, actor="张三")
    for _ in range(3):
        workspace.roster.add([make_envoy()])
    workspace.close()
    (found,) = problems(path)
    assert "里的最后一次改动，数据库的历史里没有" in found


def test_after_a_restore_older_backups_prove_nothing_and_newer_ones_do(path):
    first = back_up(path)
    workspace = open_workspace(path, actor="张三")
    workspace.roster.add([make_envoy(name="后来的人")])
    workspace.backups.make(Reason.MANUAL)
    workspace.backups.restore(first)
    workspace.close()
    assert problems(path) == []
    workspace = open_workspace(path, actor="张三")
    workspace.roster.add([make_envoy(name="再后来的人")])
    workspace.backups.make(Reason.MANUAL)
    workspace.close()
    assert problems(path) == []
    cut_off(path, 13)
    (found,) = problems(path)
    assert "有 13 次改动，数据库里只有 12 次" in found


def test_an_import_undone_and_redone_and_undone_by_its_undo(path):
    workspace = open_workspace(path, actor="张三")
    service = ImportService(workspace.context)
    service.apply_batch(service.open([ROSTER]))
    (run,) = service.history()
    workspace.history.undo()
    undone = workspace.history.page(HistoryFilter()).entries[0].change
    assert service.history()[0].undone_at
    workspace.history.undo(undone.id)  # from the history: the undo itself is taken back
    assert service.history()[0].undone_at is None
    service.undo(run.id)
    assert service.history()[0].undone_at
    workspace.close()
    assert problems(path) == []
    execute(path, "UPDATE import_run SET undone_at = NULL")
    assert "1 次导入是否已撤销" in problems(path)[0]


def test_an_undo_that_left_all_as_it_is_is_on_record(path):
    workspace = open_workspace(path, actor="张三")
    new = make_envoy(name="新人")
    change = workspace.roster.add([new]).change_id
    workspace.roster.save(replace(workspace.roster.envoy(new.id), remarks="已电话确认"))
    workspace.history.undo(change, leave_changed=True)
    page = workspace.history.page(HistoryFilter())
    workspace.close()
    assert (page.entries[0].change.reverts, page.entries[0].records) == (change, 0)
    assert problems(path) == []


class World:
    """Random acts of a user; each may be refused, none may look like tampering."""

    def __init__(self, path, seed):
        self.path = path
        self.random = random.Random(seed)
        self.names = count(1)
        self.open()

    def open(self):
        self.workspace = open_workspace(self.path, actor=self.random.choice(("张三", "李四")))

    def act(self, name):
        with suppress(InputError, ConflictError):
            getattr(self, name)()

    def add(self):
        self.workspace.roster.add([make_envoy() for _ in range(self.random.randint(1, 3))])

    def edit(self):
        if people := self.workspace.roster.envoys():
            person = self.random.choice(people)
            self.workspace.roster.save(replace(person, remarks=f"第{next(self.names)}次"))

    def ask(self):
        self.workspace.demands.add([make_demand(state=DemandState.PENDING)])

    def move(self):
        if demands := self.workspace.demands.demands():
            state = self.random.choice(list(DemandState))
            self.workspace.demands.set_state([self.random.choice(demands).id], state, "说明")

    def day(self):
        day = date(2026, 12, self.random.randint(1, 28))
        kind = self.random.choice((DayKind.OFF, DayKind.WORK, None))
        self.workspace.calendar.set_day(day, kind, f"活动{next(self.names)}" if kind else "")

    def plan(self):
        self.workspace.planning.store(make_view(), {"days": []})

    def publish(self):
        plans = [item for item in self.workspace.planning.plans() if item.state is PlanState.DRAFT]
        if plans:
            self.workspace.planning.publish(self.random.choice(plans).id)

    def undo(self):
        self.workspace.history.undo(leave_changed=self.random.random() < 0.3)

    def redo(self):
        self.workspace.history.redo(leave_changed=self.random.random() < 0.3)

    def undo_any(self):
        entries = self.workspace.history.page(HistoryFilter()).entries
        if entries:
            chosen = self.random.choice(entries).change.id
            self.workspace.history.undo(chosen, leave_changed=self.random.random() < 0.5)

    def back_up(self):
        self.workspace.backups.make(Reason.MANUAL)

    def restore(self):
        if entries := self.workspace.backups.entries():
            self.workspace.backups.restore(self.random.choice(entries).path)
            self.reopen()

    def reopen(self):
        self.workspace.close()
        self.open()


ACTS = [name for name in vars(World) if name not in ("open", "act") and not name.startswith("_")]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=5, max_size=30), seed=st.integers(0, 999))
def test_nothing_that_the_program_does_looks_like_tampering(template, tmp_path_factory, acts, seed):
    path = Path(shutil.copyfile(template, tmp_path_factory.mktemp("acts") / "a.db"))
    world = World(path, seed)
    for act in acts:
        world.act(act)
    world.workspace.close()
    assert problems(path) == []


def test_a_restore_cannot_be_undone_and_says_so(path):
    made = back_up(path)
    restore_database(made, path)
    workspace = open_workspace(path, actor="张三")
    change = workspace.history.page(HistoryFilter()).entries[0].change
    with pytest.raises(InputError, match="恢复备份不能这样撤销"):
        workspace.history.undo(change.id)
    workspace.close()


ODD = (None, 0, -1, 2**62, 1.5, "", "x", "{}", "[1]", "null", "2026-12-03", b"\xff\xfe", b"")


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_written_into_the_history_the_doctor_does_not_fail(path, seed):
    """One odd value each in any column: it is told, or no part of what the history says."""
    draw = random.Random(seed)
    for _ in range(4):
        odd = Path(shutil.copyfile(path, path.with_name("odd.db")))
        table = draw.choice(("change", "change_set", "plan_version", "plan_visit", "plan_seat"))
        with closing(sqlite3.connect(odd)) as connection:
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            column, value = draw.choice(columns), draw.choice(ODD)
            newest = f'SELECT max(rowid) FROM "{table}"'
            query = f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ({newest})'
            with suppress(sqlite3.IntegrityError):
                connection.execute(query, (value,))
                connection.commit()
        for text in doctor.examine(odd).problems:
            assert text.endswith("。")
