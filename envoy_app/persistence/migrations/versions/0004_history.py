"""History that cannot be changed unseen, plan versions that can be taken back and sealed."""

import hashlib
import json
import zlib
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Copied from the program as it was at this revision: a migration must not change with it.
COLUMNS = ("number", "id", "description", "kind", "reason", "reverts", "created_by")


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def upgrade() -> None:
    op.add_column(
        "change_set", sa.Column("number", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "change_set", sa.Column("reason", sa.String(), nullable=False, server_default="")
    )
    op.add_column("change_set", sa.Column("chain", sa.String(), nullable=False, server_default=""))
    op.add_column("change", sa.Column("digest", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "plan_version",
        sa.Column("discarded", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("plan_version", sa.Column("seal", sa.String(), nullable=False, server_default=""))
    for name in ("coverage", "amendments"):
        op.add_column(
            "plan_version", sa.Column(name, sa.JSON(), nullable=False, server_default="[]")
        )
    for name in ("date_locked", "people_locked"):
        op.add_column(
            "plan_visit", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("plan_visit", sa.Column("by_hand", sa.JSON(), nullable=True))
    part_coverage(op.get_bind())
    part_locks(op.get_bind())
    op.drop_column("plan_visit", "locked")
    chain_all(op.get_bind())
    op.create_index("ix_change_set_number", "change_set", ["number"], unique=True)
    op.create_index("ix_change_kinds", "change", ["change_set_id", "table_name"])
    removed = sa.text('"after" IS NULL')
    op.create_index(
        "ix_change_removed",
        "change",
        ["table_name", "record_id"],
        sqlite_where=removed,
        postgresql_where=removed,
    )


def part_coverage(connection: sa.Connection) -> None:
    """Take the coverage of every plan version out of what is frozen: a draft's may change."""
    version = sa.table(
        "plan_version",
        sa.column("id", sa.String()),
        sa.column("frozen", sa.LargeBinary()),
        sa.column("coverage", sa.JSON()),
    )
    for key in connection.execute(sa.select(version.c.id)).scalars().all():
        own = version.c.id == key
        data = connection.execute(sa.select(version.c.frozen).where(own)).scalar_one()
        frozen = json.loads(zlib.decompress(data))
        coverage = frozen.pop("coverage", [])
        packed = zlib.compress(json.dumps(frozen, ensure_ascii=False).encode(), level=6)
        values = {"frozen": packed, "coverage": coverage}
        connection.execute(sa.update(version).where(own).values(**values))


def part_locks(connection: sa.Connection) -> None:
    """A visit that was locked keeps both its date and its people."""
    names = ("locked", "date_locked", "people_locked")
    visit = sa.table("plan_visit", *(sa.column(name, sa.Boolean()) for name in names))
    both = {"date_locked": visit.c.locked, "people_locked": visit.c.locked}
    connection.execute(sa.update(visit).values(**both))


def chain_all(connection: sa.Connection) -> None:
    """Number the changes made so far and chain them."""
    names = ("id", "description", "kind", "reverts", "reason", "created_by", "chain")
    head = sa.table(
        "change_set",
        *(sa.column(name) for name in names),
        sa.column("number", sa.Integer()),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    last = ""
    for number, row in enumerate(
        connection.execute(sa.select(head).order_by(head.c.id)).mappings().all(), 1
    ):
        whole = {**row, "number": number}
        moment: datetime = row["created_at"]
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        digests = digest_all(connection, row["id"])
        content = [*(whole[name] for name in COLUMNS), moment.isoformat(), digests, last]
        last = hashlib.sha256(canonical(content)).hexdigest()
        connection.execute(
            sa.update(head).where(head.c.id == row["id"]).values(number=number, chain=last)
        )


def digest_all(connection: sa.Connection, key: str) -> list[str]:
    """Give every part of a change its digest; return them in order."""
    change = sa.table(
        "change",
        sa.column("id", sa.Integer()),
        *(sa.column(name) for name in ("change_set_id", "table_name", "record_id", "digest")),
        sa.column("before", sa.JSON(none_as_null=True)),
        sa.column("after", sa.JSON(none_as_null=True)),
        sa.column("version_after", sa.Integer()),
    )
    query = sa.select(change).where(change.c.change_set_id == key).order_by(change.c.id)
    made = []
    for row in connection.execute(query).mappings():
        content = [row[name] for name in ("table_name", "record_id", "before", "after")]
        digest = hashlib.sha256(canonical([*content, row["version_after"]])).hexdigest()
        made.append({"old_id": row["id"], "digest": digest})
    if made:
        update = sa.update(change).where(change.c.id == sa.bindparam("old_id"))
        connection.execute(update.values(digest=sa.bindparam("digest")), made)
    return [item["digest"] for item in made]
