"""The seal of a published plan version: a digest of all that it holds.

It is written when a version is published, in the same change as its state, so that the chain of
changes covers it: a published version that is altered later shows.
"""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import LargeBinary, Table, select
from sqlalchemy.orm import Session

from envoy_app.persistence.journal import plain, table_of
from envoy_app.persistence.stamps import Values
from envoy_app.persistence.tables import (
    ChangeRow,
    ChangeSetRow,
    PlanRow,
    PlanSeatRow,
    PlanVersionRow,
    PlanVisitRow,
)

# What may change of a published version: whether it still is the one in force.
_LOOSE = {"state", "discarded", "seal"}
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal_of(session: Session, version_id: str) -> str:
    """Return the SHA-256 of a stored version: its head, its inputs, its visits and seats."""
    whole = hashlib.sha256()
    version = table_of(PlanVersionRow)
    for table, condition in (
        (version, version.c.id == version_id),
        *(
            (table, table.c.plan_version_id == version_id)
            for table in (table_of(PlanVisitRow), table_of(PlanSeatRow))
        ),
    ):
        query = select(table).where(condition).order_by(table.c.id)
        for row in session.execute(query).mappings():
            whole.update(_ENCODER.encode(_content(table, dict(row))).encode())
    return whole.hexdigest()


def _content(table: Table, row: Values) -> Values:
    return {
        name: hashlib.sha256(value).hexdigest()
        if isinstance(table.c[name].type, LargeBinary)
        else value
        for name, value in plain(row).items()
        if name not in _LOOSE
    }


def broken_seals(session: Session) -> tuple[str, ...]:
    """Return the titles of the versions that are not what was published.

    The seal itself is compared with the newest one on record in the history, which has a chain of
    its own. Versions published before there were seals cannot be judged.
    """
    version, plan = table_of(PlanVersionRow), table_of(PlanRow)
    query = select(version.c.id, version.c.version_no, version.c.seal, plan.c.name).join(
        plan, plan.c.id == version.c.plan_id
    )
    known = _recorded_seals(session)
    return tuple(
        f"{row.name} 第{row.version_no}版"
        for row in session.execute(query.order_by(version.c.id)).all()
        if row.seal != known.get(row.id, "") or (row.seal and row.seal != seal_of(session, row.id))
    )


def _recorded_seals(session: Session) -> dict[str, str]:
    """Return what the history says of the seals, by version."""
    change, head = table_of(ChangeRow), table_of(ChangeSetRow)
    query = (
        select(change.c.record_id, change.c.after)
        .join(head, head.c.id == change.c.change_set_id)
        .where(change.c.table_name == table_of(PlanVersionRow).name, change.c.after.is_not(None))
        .order_by(head.c.number)
    )
    return {key: after["seal"] for key, after in session.execute(query) if "seal" in after}
