"""The tables. Portable column types only, so that a PostgreSQL server can take SQLite's place.

Lists that are only ever read whole with their owner (skills, absences, phones) are JSON columns;
what is queried on its own (visits, seats) has rows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel
from typing_extensions import override


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite drops the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Stamped(SQLModel):
    """What every row has: id, version for optimistic locking, who and when (UTC)."""

    id: str = Field(primary_key=True, max_length=64)
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(max_length=100)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    updated_by: str = Field(max_length=100)


class SettingRow(Stamped, table=True):
    """One setting; its id is the key."""

    __tablename__ = "setting"
    value: Any = Field(default=None, sa_type=JSON)


class CountyRow(Stamped, table=True):
    """A county; its id is the GB/T 2260 code."""

    __tablename__ = "county"
    name: str
    short_name: str
    city: str
    kind: str
    seat_lon: float
    seat_lat: float
    label_lon: float
    label_lat: float
    area_km2: float
    towns_total: int
    industries: list[str] = Field(sa_type=JSON)
    industry_confidence: str
    aliases: list[str] = Field(sa_type=JSON)
    old_codes: list[str] = Field(sa_type=JSON)
    zones: list[str] = Field(sa_type=JSON)


class SpecialtyRow(Stamped, table=True):
    """A class of the vocabulary; `own_synonyms` are the users', kept when ours change."""

    __tablename__ = "specialty"
    name: str
    group: str
    synonyms: list[str] = Field(sa_type=JSON)
    own_synonyms: list[str] = Field(sa_type=JSON)


class AmbiguousTermRow(Stamped, table=True):
    """A generic word that fits several classes; its id is the word."""

    __tablename__ = "ambiguous_term"
    candidates: list[str] = Field(sa_type=JSON)


class StandardRow(Stamped, table=True):
    """A line of the coverage standard."""

    __tablename__ = "coverage_standard"
    __table_args__ = (UniqueConstraint("county", "specialty"),)
    county: str = Field(foreign_key="county.id", index=True)
    specialty: str = Field(foreign_key="specialty.id")
    visits_per_month: int
    headcount: int
    min_level: int
    slots: int
    min_gap_days: int
    required: int
    weight: int


class CountyMinimumRow(Stamped, table=True):
    """The least visits of a county; its id is the county's code."""

    __tablename__ = "county_minimum"
    min_visits: int


class EnvoyRow(Stamped, table=True):
    """An envoy; skills as [[code, level]], absences as objects."""

    __tablename__ = "envoy"
    name: str = Field(index=True)
    gender: str
    birth: str
    id_number: str = Field(index=True)
    phones: list[str] = Field(sa_type=JSON)
    organisation: str
    post: str
    title: str
    title_rank: int
    education: str
    major: str
    skills: list[Any] = Field(sa_type=JSON)
    base_county: str | None = Field(default=None, foreign_key="county.id", index=True)
    team_county: str | None = Field(default=None, foreign_key="county.id", index=True)
    team_counties: list[str] = Field(sa_type=JSON)
    team_role: str
    term_start: str
    term_end: str
    sharing: str
    max_slots_week: int
    max_slots_month: int
    target_days_year: int
    max_travel_minutes: int
    absences: list[Any] = Field(sa_type=JSON)
    remarks: str
    active: bool
    sample: bool


class DemandRow(Stamped, table=True):
    """A demand of a county."""

    __tablename__ = "demand"
    county: str = Field(foreign_key="county.id", index=True)
    town: str
    site: str
    specialties: list[str] = Field(sa_type=JSON)
    content: str
    mode: str
    headcount: int
    min_rank: int
    window_start: date | None = None
    window_end: date | None = None
    asap: bool
    half: str | None = None
    slots: int
    contact: str
    phone: str
    urgency: str
    state: str = Field(index=True)
    state_reason: str
    sample: bool


class ImportRunRow(Stamped, table=True):
    """One file that was imported."""

    __tablename__ = "import_run"
    file: str
    kind: str
    sha256: str = Field(index=True)
    summary: dict[str, Any] = Field(sa_type=JSON)
    batch_id: str = Field(default="", index=True)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    trace: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Zlib-compressed JSON: what kind of list it was and whom it named."""


class ImportFileRow(Stamped, table=True):
    """An imported file's content, zlib-compressed; its id is the content's SHA-256."""

    __tablename__ = "import_file"
    size: int
    content: bytes = Field(sa_type=LargeBinary)


class OriginRow(Stamped, table=True):
    """What imports wrote into a record (marks, no values); its id is the record's."""

    __tablename__ = "import_origin"
    digests: dict[str, Any] = Field(sa_type=JSON)
    aliases: list[str] = Field(sa_type=JSON)


class OwnTermRow(Stamped, table=True):
    """A word that users explained, and the codes it stands for."""

    __tablename__ = "own_term"
    __table_args__ = (UniqueConstraint("topic", "text"),)
    topic: str
    text: str
    codes: list[str] = Field(sa_type=JSON)


class ChangeSetRow(Stamped, table=True):
    """A described change: what undo takes back in one step.

    `number` counts the changes from 1; `chain` is over this one and the one before (chain.py).
    """

    __tablename__ = "change_set"
    number: int = Field(index=True, unique=True)
    description: str
    kind: str
    reverts: str | None = Field(default=None, index=True)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = ""
    chain: str = ""


class ChangeRow(SQLModel, table=True):
    """One record's part of a change; who and when stand in its change set.

    `before` and `after` hold the columns that changed, all of them where the record was added
    (no `before`) or removed (no `after`).
    """

    __tablename__ = "change"
    # Counting what a large import changed must not read all of it.
    __table_args__ = (
        Index("ix_change_kinds", "change_set_id", "table_name"),
        # Names of records that are gone are looked for among these few.
        Index(
            "ix_change_removed",
            "table_name",
            "record_id",
            sqlite_where=text('"after" IS NULL'),
            postgresql_where=text('"after" IS NULL'),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    change_set_id: str = Field(foreign_key="change_set.id", index=True)
    table_name: str
    record_id: str = Field(index=True)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    version_after: int
    digest: str = ""


class PlanRow(Stamped, table=True):
    """A plan: a name and a range; its versions hold everything else."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("name", "start_date", "end_date"),)
    name: str
    start_date: date
    end_date: date


class PlanVersionRow(Stamped, table=True):
    """A stored plan version. `instance` and `frozen` are zlib-compressed JSON.

    `frozen` holds what must not change when the roster does: working days and envoy cards. What
    a draft has of figures (score, cost, status, coverage) follows from its visits.
    """

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "version_no"),)
    plan_id: str = Field(foreign_key="plan.id", index=True)
    version_no: int
    state: str
    preset: str
    status: str
    score: list[int] = Field(sa_type=JSON)
    bounds: list[int] = Field(sa_type=JSON)
    cost: list[int] = Field(sa_type=JSON)
    seconds: float
    sample: bool
    instance: bytes = Field(sa_type=LargeBinary)
    frozen: bytes = Field(sa_type=LargeBinary)
    coverage: list[Any] = Field(default_factory=list, sa_type=JSON)
    amendments: list[Any] = Field(default_factory=list, sa_type=JSON)
    discarded: bool = False
    """The planning was undone: kept so that it can be done again, shown nowhere."""
    seal: str = ""
    """SHA-256 of all that the version holds, from its publication on."""


class PlanVisitRow(Stamped, table=True):
    """A visit of a plan version, with its place and contact as they were."""

    __tablename__ = "plan_visit"
    __table_args__ = (UniqueConstraint("plan_version_id", "visit"),)
    plan_version_id: str = Field(foreign_key="plan_version.id", index=True)
    visit: str
    position: int
    county: str = Field(index=True)
    roles: list[Any] = Field(sa_type=JSON)
    slots: int
    earliest: date
    latest: date
    weight: int
    origin: str
    start_date: date | None = Field(default=None, index=True)
    start_half: str | None = None
    town: str
    site: str
    content: str
    mode: str
    contact: str
    contact_phone: str
    demand_id: str | None = Field(default=None, index=True)
    date_locked: bool = False
    people_locked: bool = False
    reasons: list[str] = Field(sa_type=JSON)
    cures: list[str] | None = Field(default=None, sa_type=JSON)
    """Empty in plans made before cures were looked for."""
    by_hand: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class PlanSeatRow(Stamped, table=True):
    """An envoy's seat on a held visit; no foreign key to envoy, a plan outlives its people."""

    __tablename__ = "plan_seat"
    plan_visit_id: str = Field(foreign_key="plan_visit.id", index=True)
    plan_version_id: str = Field(foreign_key="plan_version.id", index=True)
    role: int
    position: int
    envoy: str = Field(index=True)
    slots: int
