"""Runs migrations on the connection that `schema.upgrade` hands over; nothing else is supported."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import envoy_app.persistence.tables  # noqa: F401  registers the tables for comparison

connection = context.config.attributes["connection"]
# One transaction over all DDL: a power cut leaves the old schema, never half of the new.
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
