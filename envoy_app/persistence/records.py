"""The kinds of records that changes are kept of: their names for people, and who shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from envoy_app.domain.changes import Topic
from envoy_app.persistence import tables
from envoy_app.persistence.stamps import Values


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A table; `names` are the columns of which the first that is filled names a record."""

    noun: str
    topic: Topic | None
    names: tuple[str, ...] = ()

    def title(self, row: Values | None) -> str:
        """Return a record's name for people; the noun alone where it has none."""
        name = next((str(row[name]) for name in self.names if row.get(name)), "") if row else ""
        return f"{self.noun}“{name[:12]}”" if name else self.noun


# An import's marks say nothing to people; they go and come with their record.
MARKS = tables.OriginRow.__tablename__
KINDS: dict[str, RecordKind] = {
    tables.EnvoyRow.__tablename__: RecordKind("特派员", Topic.ROSTER, ("name",)),
    tables.DemandRow.__tablename__: RecordKind(
        "服务需求", Topic.DEMANDS, ("content", "site", "county")
    ),
    tables.PlanVersionRow.__tablename__: RecordKind("排班方案", Topic.PLANS),
    tables.PlanVisitRow.__tablename__: RecordKind("下乡服务", Topic.PLANS, ("content",)),
    tables.PlanSeatRow.__tablename__: RecordKind("派员", Topic.PLANS),
    tables.StandardRow.__tablename__: RecordKind("覆盖标准", Topic.STANDARDS),
    tables.CountyMinimumRow.__tablename__: RecordKind("覆盖标准", Topic.STANDARDS),
    tables.OwnTermRow.__tablename__: RecordKind("词语", Topic.SETTINGS, ("text",)),
    tables.SettingRow.__tablename__: RecordKind("设置", Topic.SETTINGS),
    tables.CountyRow.__tablename__: RecordKind("县", Topic.SETTINGS, ("name",)),
    tables.SpecialtyRow.__tablename__: RecordKind("专业领域", Topic.SETTINGS, ("name",)),
    MARKS: RecordKind("导入来源", None),
}


def by_topic(touched: Mapping[str, Iterable[str]]) -> dict[Topic, frozenset[str]]:
    """Return ids of records by topic, from ids by table."""
    found: dict[Topic, set[str]] = {}
    for name, keys in touched.items():
        if (topic := KINDS[name].topic) is not None:
            found.setdefault(topic, set()).update(keys)
    return {topic: frozenset(keys) for topic, keys in found.items()}
