"""Brings a database to the current schema, from packaged migrations, without alembic.ini.

Alembic is imported only when there is something to migrate: it costs a noticeable part of start.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from envoy_app.persistence import tables

if TYPE_CHECKING:
    from alembic.config import Config

# Oldest first; tests compare it with the migration scripts.
REVISIONS = ("0001", "0002", "0003", "0004")
HEAD = REVISIONS[-1]


def missing(connection: sqlite3.Connection) -> list[str]:
    """Return the tables and columns of the current schema that a database lacks."""
    found = []
    for name, table in tables.Stamped.metadata.tables.items():
        held = {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
        found += [f"{name}.{column.name}" for column in table.columns if column.name not in held]
    return found


def configuration(connection: Connection | None = None) -> Config:
    """Return alembic's configuration for our scripts, bound to an open connection."""
    from alembic.config import Config

    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Migrate to the newest schema inside the connection's transaction."""
    from alembic import command

    command.upgrade(configuration(connection), "head")
