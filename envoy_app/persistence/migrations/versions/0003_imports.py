"""Undo, the originals of imports, learned words; marks of what imports wrote get a table."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OLD_MARKS = "imports.written"  # setting: record id -> field -> mark


def stamped() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=100), nullable=False),
    ]


def upgrade() -> None:
    op.add_column(
        "import_run", sa.Column("batch_id", sa.String(), nullable=False, server_default="")
    )
    op.add_column("import_run", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("import_run", sa.Column("trace", sa.LargeBinary(), nullable=True))
    op.create_index("ix_import_run_batch_id", "import_run", ["batch_id"])
    op.create_table(
        "import_file",
        *stamped(),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "import_origin",
        *stamped(),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "own_term",
        *stamped(),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("topic", "text"),
    )
    op.create_table(
        "change_set",
        *stamped(),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reverts", sa.String(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_change_set_reverts", "change_set", ["reverts"])
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["change_set_id"], ["change_set.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_change_change_set_id", "change", ["change_set_id"])
    op.create_index("ix_change_record_id", "change", ["record_id"])
    move_marks(op.get_bind())


def move_marks(connection: sa.Connection) -> None:
    """Turn the one setting that held all marks into a row per record."""
    setting = sa.table("setting", sa.column("id"), sa.column("value"))
    found = connection.execute(sa.select(setting.c.value).where(setting.c.id == OLD_MARKS)).scalar()
    marks = json.loads(found) if isinstance(found, str | bytes) else found
    if marks:
        origin = sa.table(
            "import_origin",
            *(sa.column(name) for name in ("id", "version", "created_by", "updated_by")),
            *(sa.column(name, sa.DateTime(timezone=True)) for name in ("created_at", "updated_at")),
            *(sa.column(name, sa.JSON()) for name in ("digests", "aliases")),
        )
        now = datetime.now(UTC)
        stamp = {"version": 1, "created_by": "", "updated_by": "", "created_at": now}
        rows = [
            {**stamp, "updated_at": now, "id": key, "digests": written, "aliases": []}
            for key, written in marks.items()
        ]
        connection.execute(sa.insert(origin), rows)
    connection.execute(sa.delete(setting).where(setting.c.id == OLD_MARKS))
