"""Rows to domain records and back. Values are plain dicts, ready for INSERT and UPDATE."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from envoy_app.domain.coverage import CountyMinimum, CoverageStandard
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.geography import County
from envoy_app.domain.import_memory import Origin, OwnTerm
from envoy_app.domain.imports import ImportKind, ImportRun, Term, TermTopic
from envoy_app.domain.people import Absence, Envoy, Sharing, Skill
from envoy_app.domain.time import HalfDay
from envoy_app.domain.vocabulary import Specialty
from envoy_app.persistence.stamps import Values
from envoy_app.persistence.tables import (
    CountyMinimumRow,
    CountyRow,
    DemandRow,
    EnvoyRow,
    ImportRunRow,
    OriginRow,
    OwnTermRow,
    SpecialtyRow,
    StandardRow,
)


def _fields(record: type[Any], *other: str) -> tuple[str, ...]:
    """Names of a record's fields that are columns as they are: all but `other`."""
    return tuple(field.name for field in fields(record) if field.name not in other)


_SAME_IN_COUNTY = ("name", "short_name", "city", "kind", "area_km2", "towns_total")
_LISTS_IN_COUNTY = ("industries", "aliases", "old_codes", "zones")


def county_values(county: County) -> Values:
    """Return a county's columns."""
    values: Values = {name: getattr(county, name) for name in _SAME_IN_COUNTY}
    values |= {name: list(getattr(county, name)) for name in _LISTS_IN_COUNTY}
    return values | {
        "id": county.code,
        "seat_lon": county.seat[0],
        "seat_lat": county.seat[1],
        "label_lon": county.label[0],
        "label_lat": county.label[1],
        "industry_confidence": county.industry_confidence,
    }


def county_of(row: CountyRow) -> County:
    """Return a row's county."""
    values: Values = {name: getattr(row, name) for name in _SAME_IN_COUNTY}
    values |= {name: tuple(getattr(row, name)) for name in _LISTS_IN_COUNTY}
    return County(
        code=row.id,
        seat=(row.seat_lon, row.seat_lat),
        label=(row.label_lon, row.label_lat),
        industry_confidence=row.industry_confidence,
        **values,
    )


def specialty_values(specialty: Specialty) -> Values:
    """Return a class's columns as shipped, without users' synonyms."""
    return {
        "id": specialty.code,
        "name": specialty.name,
        "group": specialty.group,
        "synonyms": list(specialty.synonyms),
        "own_synonyms": [],
    }


def specialty_of(row: SpecialtyRow) -> Specialty:
    """Return a row's class with all synonyms, the users' last."""
    return Specialty(row.id, row.name, row.group, (*row.synonyms, *row.own_synonyms))


_IN_STANDARD = _fields(CoverageStandard, "version")


def standard_values(standard: CoverageStandard) -> Values:
    """Return a standard's columns."""
    return {name: getattr(standard, name) for name in _IN_STANDARD}


def standard_of(row: StandardRow) -> CoverageStandard:
    """Return a row's standard."""
    values = {name: getattr(row, name) for name in _IN_STANDARD}
    return CoverageStandard(**values, version=row.version)


def minimum_values(minimum: CountyMinimum) -> Values:
    """Return a county minimum's columns."""
    return {"id": minimum.county, "min_visits": minimum.min_visits}


def minimum_of(row: CountyMinimumRow) -> CountyMinimum:
    """Return a row's minimum."""
    return CountyMinimum(row.id, row.min_visits, row.version)


_SAME_IN_ENVOY = _fields(
    Envoy, "phones", "skills", "team_counties", "sharing", "absences", "version"
)


def envoy_values(envoy: Envoy) -> Values:
    """Return an envoy's columns."""
    values: Values = {name: getattr(envoy, name) for name in _SAME_IN_ENVOY}
    return values | {
        "phones": list(envoy.phones),
        "skills": [[skill.specialty, skill.level] for skill in envoy.skills],
        "team_counties": list(envoy.team_counties),
        "sharing": envoy.sharing.value,
        "absences": [_absence_values(absence) for absence in envoy.absences],
    }


def _absence_values(absence: Absence) -> Values:
    return {
        "start": absence.start.isoformat(),
        "end": absence.end.isoformat(),
        "half": absence.half.value if absence.half else None,
        "reason": absence.reason,
    }


def _absence_of(values: Values) -> Absence:
    return Absence(
        date.fromisoformat(values["start"]),
        date.fromisoformat(values["end"]),
        HalfDay(values["half"]) if values["half"] else None,
        values["reason"],
    )


def envoy_of(row: EnvoyRow) -> Envoy:
    """Return a row's envoy."""
    return Envoy(
        phones=tuple(row.phones),
        skills=tuple(Skill(code, level) for code, level in row.skills),
        team_counties=tuple(row.team_counties),
        sharing=Sharing(row.sharing),
        absences=tuple(_absence_of(values) for values in row.absences),
        version=row.version,
        **{name: getattr(row, name) for name in _SAME_IN_ENVOY},
    )


_SAME_IN_DEMAND = _fields(Demand, "specialties", "half", "state", "version")


def demand_values(demand: Demand) -> Values:
    """Return a demand's columns."""
    values: Values = {name: getattr(demand, name) for name in _SAME_IN_DEMAND}
    return values | {
        "specialties": list(demand.specialties),
        "half": demand.half.value if demand.half else None,
        "state": demand.state.value,
    }


def demand_of(row: DemandRow) -> Demand:
    """Return a row's demand."""
    return Demand(
        specialties=tuple(row.specialties),
        half=HalfDay(row.half) if row.half else None,
        state=DemandState(row.state),
        version=row.version,
        **{name: getattr(row, name) for name in _SAME_IN_DEMAND},
    )


def import_run_values(run: ImportRun) -> Values:
    """Return an import run's columns."""
    return {
        "id": run.id,
        "file": run.file,
        "kind": run.kind.value,
        "sha256": run.sha256,
        "summary": dict(run.summary),
        "batch_id": run.batch_id,
    }


def import_run_of(row: ImportRunRow) -> ImportRun:
    """Return a row's import run; whether its original was kept stands elsewhere."""
    return ImportRun(
        row.id,
        row.file,
        ImportKind(row.kind),
        row.sha256,
        row.summary,
        row.created_at,
        row.created_by,
        row.batch_id,
        row.undone_at,
    )


def origin_values(origin: Origin) -> Values:
    """Return an origin's columns."""
    return {
        "id": origin.record_id,
        "digests": dict(origin.digests),
        "aliases": list(origin.aliases),
    }


def origin_of(row: OriginRow) -> Origin:
    """Return a row's origin."""
    return Origin(row.id, row.digests, tuple(row.aliases), row.version)


def own_term_values(own: OwnTerm) -> Values:
    """Return a learned word's columns."""
    return {
        "id": own.id,
        "topic": own.term.topic.value,
        "text": own.term.text,
        "codes": list(own.codes),
    }


def own_term_of(row: OwnTermRow) -> OwnTerm:
    """Return a row's learned word."""
    return OwnTerm(row.id, Term(TermTopic(row.topic), row.text), tuple(row.codes), row.version)
