"""Described changes: what is recorded, taken back and done again."""

import random
from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.errors import ConflictError, InputError, NotFoundError
from envoy_app.domain.people import Absence, Skill
from envoy_app.domain.time import HalfDay
from envoy_app.persistence.journal import PORTION
from tests.factories import make_demand, make_envoy
from tests.persistence.test_plans import make_view


def write(database, change, description="改动"):
    """Run `change` on a unit of work as one described change; return its id."""
    with database.writing("张三") as uow:
        key = uow.describe(description)
        change(uow)
        uow.commit()
    return key


def undo(database, key, **options):
    with database.writing("李四") as uow:
        done = uow.changes.undo(key, "撤销：改动", **options)
        uow.commit()
    return done


def content(database):
    """Everything that undo must bring back, without versions and stamps."""
    with database.reading("test") as uow:
        rules = {key: uow.settings.get(key) for key in ("rule", "other")}
        return uow.envoys.all(), uow.demands.all(), rules


@pytest.fixture
def people(database):
    """Two envoys and a demand, stored without a description."""
    absent = Absence(date(2026, 12, 1), date(2026, 12, 3), HalfDay.AM, "授课")
    records = make_envoy(name="陈梅", absences=(absent,)), make_envoy(name="王芳")
    demand = make_demand(window_start=date(2026, 12, 3), half=HalfDay.PM)
    with database.writing("test") as uow:
        uow.envoys.add(records)
        uow.demands.add([demand])
        uow.settings.put("rule", {"a": 1})
        uow.commit()
    return records


def stored(database, key):
    with database.reading("test") as uow:
        return uow.envoys.get(key)


def everything(uow, people):
    """Add, change twice, remove and set."""
    first, second = (uow.envoys.get(person.id) for person in people)
    (demand,) = uow.demands.all()
    uow.envoys.add([make_envoy(name="新人")])
    uow.envoys.save(replace(first, title="研究员", absences=()))
    uow.envoys.save(replace(uow.envoys.get(first.id), skills=(Skill("S01", 3),)))
    uow.envoys.remove([second.id])
    uow.demands.save(replace(demand, window_start=None, half=None))
    uow.settings.put("rule", {"a": 2})
    uow.settings.put("rule", {"a": 3})
    uow.settings.put("other", [1])


def test_undo_and_redo_bring_everything_back(database, people):
    before = content(database)
    key = write(database, lambda uow: everything(uow, people))
    after = content(database)
    assert after != before
    done = undo(database, key)
    assert content(database) == before
    assert done.tables == {"envoy", "demand", "setting"}
    again = undo(database, done.id)
    assert content(database) == after
    undo(database, again.id)
    assert content(database) == before


def test_versions_only_go_up_so_that_an_old_reader_cannot_overwrite(database, people):
    first = stored(database, people[0].id)
    key = write(database, lambda uow: uow.envoys.save(replace(first, title="研究员")))
    read = stored(database, first.id)
    undo(database, key)
    assert stored(database, first.id).version > read.version
    with pytest.raises(ConflictError), database.writing("test") as uow:
        uow.envoys.save(replace(read, title="讲师"))


def test_a_record_changed_since_is_named_and_nothing_is_done(database, people):
    def change(uow):
        for person in people:
            uow.envoys.save(replace(uow.envoys.get(person.id), title="研究员"))

    key = write(database, change)
    with database.writing("test") as uow:
        uow.envoys.save(replace(uow.envoys.get(people[0].id), title="讲师"))
        uow.commit()
    before = content(database)
    with pytest.raises(ConflictError, match="特派员“陈梅” 1 条记录后来又改过"):
        undo(database, key)
    assert content(database) == before
    done = undo(database, key, leave_changed=True)
    assert done.left == ("特派员“陈梅”",)
    assert [stored(database, person.id).title for person in people] == ["讲师", "农艺师"]


def test_an_edit_of_another_field_is_kept_and_no_hindrance(database, people):
    first = stored(database, people[0].id)
    key = write(database, lambda uow: uow.envoys.save(replace(first, title="研究员")))
    with database.writing("test") as uow:
        uow.envoys.save(replace(uow.envoys.get(first.id), remarks="已电话确认"))
        uow.commit()
    undo(database, key)
    now = stored(database, first.id)
    assert (now.title, now.remarks) == ("农艺师", "已电话确认")


def test_a_new_record_edited_since_is_not_thrown_away_unasked(database):
    new = make_envoy(name="新人")
    key = write(database, lambda uow: uow.envoys.add([new]))
    with database.writing("test") as uow:
        uow.envoys.save(replace(uow.envoys.get(new.id), remarks="已电话确认"))
        uow.commit()
    with pytest.raises(ConflictError, match="新人"):
        undo(database, key)
    undo(database, key, leave_changed=True)
    assert stored(database, new.id).remarks == "已电话确认"


def test_who_is_in_a_plan_by_now_is_not_thrown_away_unasked(database):
    new, free = make_envoy(id="e1", name="新人"), make_envoy(name="空闲")
    wish = make_demand(id="d1", content="柑橘冬管")

    def change(uow):
        uow.envoys.add([new, free])
        uow.demands.add([wish])

    key = write(database, change)
    with database.writing("test") as uow:
        uow.plans.add(make_view(), {"days": []})
        uow.commit()
    with pytest.raises(ConflictError, match="2 条记录后来又改过或已排进方案"):
        undo(database, key)
    done = undo(database, key, leave_changed=True)
    assert set(done.left) == {"特派员“新人”", "服务需求“柑橘冬管”"}
    with database.reading("test") as uow:
        assert [envoy.id for envoy in uow.envoys.all()] == ["e1"]


def test_a_change_is_undone_once(database, people):
    key = write(database, lambda uow: uow.envoys.remove([people[0].id]))
    undo(database, key)
    with pytest.raises(InputError, match="已经撤销过"):
        undo(database, key)
    with pytest.raises(NotFoundError):
        undo(database, "nothing")


def test_changes_are_on_record_with_who_and_newest_first(database, people):
    first = write(database, lambda uow: uow.envoys.remove([people[0].id]), "停用陈梅")
    done = undo(database, first)
    with database.reading("test") as uow:
        sets = uow.changes.all()
        assert uow.changes.undone_by(first).id == done.id
    assert [(item.description, item.kind, item.undone) for item in sets] == [
        ("撤销：改动", "undo", False),
        ("停用陈梅", "edit", True),
    ]


def test_without_a_description_or_a_commit_nothing_is_on_record(database, people):
    with database.writing("test") as uow:
        uow.describe("从未发生")
        uow.envoys.remove([people[0].id])
    with database.reading("test") as uow:
        assert uow.changes.all() == ()
        assert uow.envoys.count() == 2


def test_a_change_that_changes_nothing_is_not_on_record(database, people):
    write(database, lambda uow: uow.envoys.save(uow.envoys.get(people[0].id)))
    with database.reading("test") as uow:
        assert uow.changes.all() == ()


def test_many_records_are_one_statement_or_none(database):
    envoys = [make_envoy() for _ in range(1200)]
    write(database, lambda uow: uow.envoys.add(envoys))
    with database.reading("test") as uow:
        read = uow.envoys.all()
    stale = [replace(read[0], version=7), *read[1:]]
    with database.writing("test") as uow, pytest.raises(ConflictError):
        uow.envoys.save_all([replace(envoy, title="研究员") for envoy in stale])
    key = write(
        database, lambda uow: uow.envoys.save_all([replace(e, title="研究员") for e in read])
    )
    undo(database, key)
    with database.reading("test") as uow:
        assert uow.envoys.all() == read


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_changes_undos_and_redos_gives_what_a_model_says(database, seed):
    """The model is a list of states: undo of the newest change goes one back, redo one forward."""
    draw = random.Random(seed)
    states, done, redone = [content(database)], [], []
    for step in range(25):
        kind = draw.choice(("change", "change", "undo", "redo"))
        if kind == "change":
            key = write(database, lambda uow: _random_change(uow, draw), f"改动 {step}")
            if content(database) != states[len(done)]:
                del states[len(done) + 1 :]
                states.append(content(database))
                done.append(key)
                redone.clear()
        elif kind == "undo" and done:
            redone.append(undo(database, done.pop()).id)
        elif kind == "redo" and redone:
            done.append(undo(database, redone.pop()).id)
        assert content(database) == states[len(done)]


def _random_change(uow, draw):
    """Do one to four things to the records there are."""
    for _ in range(draw.randint(1, 4)):
        envoys = uow.envoys.all()
        what = draw.choice(("add", "save", "remove", "put"))
        if what == "add" or not envoys:
            uow.envoys.add([make_envoy(remarks=str(draw.random())) for _ in range(2)])
        elif what == "save":
            chosen = draw.sample(envoys, k=min(2, len(envoys)))
            uow.envoys.save_all([replace(one, remarks=str(draw.random())) for one in chosen])
        elif what == "remove":
            uow.envoys.remove([draw.choice(envoys).id])
        else:
            uow.settings.put(draw.choice(("rule", "other")), draw.random())


def test_a_large_change_keeps_one_image_of_each_record(database, people):
    """Images are written as the change grows; records that change again have one all the same."""
    crowd = [make_envoy(name=f"王{number}") for number in range(2 * PORTION + 5)]

    def change(uow):
        uow.envoys.add(crowd)
        uow.envoys.save(replace(uow.envoys.get(crowd[0].id), post="站长"))
        uow.envoys.save(replace(uow.envoys.get(people[0].id), post="所长"))
        uow.envoys.remove([crowd[1].id])

    before = content(database)
    key = write(database, change)
    after = content(database)
    undone = undo(database, key)
    assert content(database) == before
    undo(database, undone.id)
    assert content(database) == after


def test_a_large_change_of_nothing_leaves_nothing_to_undo(database):
    crowd = [make_envoy() for _ in range(2 * PORTION)]

    def change(uow):
        uow.envoys.add(crowd)
        uow.envoys.remove([envoy.id for envoy in crowd])

    key = write(database, change)
    with database.reading("test") as uow, pytest.raises(NotFoundError):
        uow.changes.get(key)
