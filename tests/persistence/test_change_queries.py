"""The history's questions are not for SQLite alone."""

from datetime import date

from sqlalchemy.dialects import postgresql

from envoy_app.domain.history import HistoryFilter
from envoy_app.persistence.change_queries import ChangeQueries
from envoy_app.persistence.records import KINDS
from tests.factories import make_envoy


class Listening:
    """Passes statements on to a session, and keeps how PostgreSQL would read them."""

    def __init__(self, session):
        self._session = session
        self.heard = []

    def __getattr__(self, name):
        def call(statement):
            self.heard.append(str(statement.compile(dialect=postgresql.dialect())))
            return getattr(self._session, name)(statement)

        return call


def test_every_question_can_be_put_to_a_server(database):
    with database.writing("张三") as uow:
        change = uow.describe("新增")
        envoy = make_envoy(name="陈梅")
        uow.envoys.add([envoy])
        uow.commit()
    with database.reading("张三") as uow:
        session = Listening(uow.history._session)
        queries = ChangeQueries(session)
        day = date(2026, 12, 3)
        everything = HistoryFilter("陈_0123abcd", frozenset({"edit"}), "张三", day, day)
        assert queries.page(everything, 1, 5) == ((), 0)
        assert queries.counts([change]) == {change: 1}
        assert queries.samples([change], 3)[change][0].record_id == envoy.id
        assert queries.parts(change, 5)[1] == 1
        assert len(queries.of_record(["envoy"], envoy.id, 5)) == 1
        assert queries.people() == ("张三",)
        assert queries.held_visits("none") == (0, 0)
        for table in KINDS:
            assert queries.known(table, ["none"]) == {}
    assert len(session.heard) > len(KINDS)
    assert not any("json_extract" in text.lower() for text in session.heard)
