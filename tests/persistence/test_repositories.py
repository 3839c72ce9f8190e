from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.coverage import CountyMinimum
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import ConflictError, NotFoundError
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.imports import ImportKind, ImportRun
from envoy_app.domain.people import Absence, Sharing, Skill
from envoy_app.domain.time import HalfDay
from envoy_app.domain.vocabulary import shipped_vocabulary
from tests.factories import make_demand, make_envoy, make_standard


def stored(database, name):
    with database.reading("test") as uow:
        return getattr(uow, name).all()


def save(database, envoy):
    with database.writing("test") as uow:
        uow.envoys.save(envoy)
        uow.commit()


def test_an_envoy_comes_back_as_it_was(database):
    envoy = make_envoy(
        skills=(Skill("S06", 3), Skill("S19", 1)),
        phones=("13900000001", "028-12345678"),
        sharing=Sharing.CITY,
        team_counties=("510104", "510105"),
        absences=(
            Absence(date(2026, 12, 1), date(2026, 12, 3), reason="授课"),
            Absence(date(2026, 12, 9), date(2026, 12, 9), HalfDay.PM),
        ),
        remarks="=1+1",
    )
    with database.writing("test") as uow:
        uow.envoys.add([envoy])
        uow.commit()
    assert stored(database, "envoys") == (envoy,)
    assert stored(database, "envoys")[0].version == 1


def test_a_demand_comes_back_as_it_was(database):
    demand = make_demand(
        window_start=date(2026, 12, 3), half=HalfDay.AM, state=DemandState.REJECTED, sample=True
    )
    with database.writing("test") as uow:
        uow.demands.add([demand])
        uow.commit()
    assert stored(database, "demands") == (demand,)


def test_reference_data_comes_back_as_shipped(database):
    assert stored(database, "counties") == shipped_gazetteer().counties
    assert stored(database, "specialties") == shipped_vocabulary().specialties
    standard = make_standard()
    with database.writing("test") as uow:
        uow.standards.add([standard])
        uow.minimums.add([CountyMinimum("510104", 8)])
        uow.commit()
    assert stored(database, "standards") == (standard,)
    assert stored(database, "minimums") == (CountyMinimum("510104", 8),)


def test_envoys_keep_the_order_in_which_they_were_made(database):
    envoys = [make_envoy() for _ in range(50)]
    with database.writing("test") as uow:
        uow.envoys.add(envoys)
        uow.commit()
    assert [envoy.id for envoy in stored(database, "envoys")] == [envoy.id for envoy in envoys]


def test_some_are_read_by_their_ids(database):
    envoys = [make_envoy() for _ in range(5)]
    with database.writing("test") as uow:
        uow.envoys.add(envoys)
        uow.commit()
    with database.reading("test") as uow:
        assert uow.envoys.some([envoys[3].id, "nobody", envoys[1].id]) == (envoys[1], envoys[3])
        assert uow.envoys.some([]) == ()


def test_without_commit_nothing_is_stored(database):
    with database.writing("test") as uow:
        uow.envoys.add([make_envoy()])
    assert stored(database, "envoys") == ()


def test_an_error_inside_rolls_everything_back(database):
    def half_done():
        with database.writing("test") as uow:
            uow.envoys.add([make_envoy()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert stored(database, "envoys") == ()


def test_the_second_of_two_editors_is_told_and_changes_nothing(database):
    envoy = make_envoy()
    with database.writing("甲") as uow:
        uow.envoys.add([envoy])
        uow.commit()
    read = stored(database, "envoys")[0]
    save(database, replace(read, title="研究员"))
    with pytest.raises(ConflictError, match="已被他人修改"):
        save(database, replace(read, title="讲师"))
    now = stored(database, "envoys")[0]
    assert (now.title, now.version) == ("研究员", 2)


def test_saving_or_getting_what_is_gone_is_told(database):
    with database.writing("test") as uow:
        with pytest.raises(NotFoundError, match="特派员"):
            uow.envoys.save(make_envoy())
        with pytest.raises(NotFoundError, match="服务需求"):
            uow.demands.get("nothing")


def test_removing_takes_only_the_named(database):
    first, second = make_demand(), make_demand()
    with database.writing("test") as uow:
        uow.demands.add([first, second])
        uow.demands.remove([first.id, "unknown"])
        uow.commit()
    assert stored(database, "demands") == (second,)


def test_settings_keep_json_and_the_last_value_wins(database):
    with database.writing("test") as uow:
        uow.settings.put("rule", {"a": [1, 2]})
        uow.settings.put("rule", {"a": None})
        uow.commit()
    with database.reading("test") as uow:
        assert uow.settings.get("rule") == {"a": None}
        assert uow.settings.get("other", 5) == 5


def test_an_import_is_remembered_by_its_content_with_who_and_when(database):
    run = ImportRun("r1", "名册.xlsx", ImportKind.ROSTER, "ab" * 32, {"new": 3})
    with database.writing("张三") as uow:
        uow.import_runs.add([run])
        uow.commit()
    with database.reading("test") as uow:
        found = uow.import_runs.all()[0]
        assert uow.import_runs.known("ab" * 32)
        assert not uow.import_runs.known("cd" * 32)
    assert (found.summary, found.created_by) == ({"new": 3}, "张三")
    assert found.created_at.tzinfo is not None


def test_any_tells_sample_people_from_real_ones(database):
    with database.writing("test") as uow:
        assert not uow.envoys.any()
        uow.envoys.add([make_envoy()])
        assert uow.envoys.any()
        assert not uow.envoys.any(sample=True)
        uow.envoys.add([make_envoy(sample=True)])
        assert uow.envoys.any(sample=True)
