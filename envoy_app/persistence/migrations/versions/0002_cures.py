"""What would let a visit that was left out be held, with each plan."""

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_visit", sa.Column("cures", sa.JSON(), nullable=True))
