"""The first schema: reference data, people, demands, imports, plans."""

from typing import Any

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


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
    op.create_table(
        "ambiguous_term",
        *stamped(),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county",
        *stamped(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seat_lon", sa.Float(), nullable=False),
        sa.Column("seat_lat", sa.Float(), nullable=False),
        sa.Column("label_lon", sa.Float(), nullable=False),
        sa.Column("label_lat", sa.Float(), nullable=False),
        sa.Column("area_km2", sa.Float(), nullable=False),
        sa.Column("towns_total", sa.Integer(), nullable=False),
        sa.Column("industries", sa.JSON(), nullable=False),
        sa.Column("industry_confidence", sa.String(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("old_codes", sa.JSON(), nullable=False),
        sa.Column("zones", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county_minimum",
        *stamped(),
        sa.Column("min_visits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "import_run",
        *stamped(),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_import_run_sha256", "import_run", ["sha256"])

    op.create_table(
        "plan",
        *stamped(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", "start_date", "end_date"),
    )
    op.create_table(
        "setting",
        *stamped(),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "specialty",
        *stamped(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("group", sa.String(), nullable=False),
        sa.Column("synonyms", sa.JSON(), nullable=False),
        sa.Column("own_synonyms", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "coverage_standard",
        *stamped(),
        sa.Column("county", sa.String(), nullable=False),
        sa.Column("specialty", sa.String(), nullable=False),
        sa.Column("visits_per_month", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("min_level", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("min_gap_days", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["county"], ["county.id"]),
        sa.ForeignKeyConstraint(["specialty"], ["specialty.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("county", "specialty"),
    )
    op.create_index("ix_coverage_standard_county", "coverage_standard", ["county"])

    op.create_table(
        "demand",
        *stamped(),
        sa.Column("county", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("min_rank", sa.Integer(), nullable=False),
        sa.Column("window_start", sa.Date(), nullable=True),
        sa.Column("window_end", sa.Date(), nullable=True),
        sa.Column("asap", sa.Boolean(), nullable=False),
        sa.Column("half", sa.String(), nullable=True),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["county"], ["county.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_demand_county", "demand", ["county"])
    op.create_index("ix_demand_state", "demand", ["state"])

    op.create_table(
        "envoy",
        *stamped(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("gender", sa.String(), nullable=False),
        sa.Column("birth", sa.String(), nullable=False),
        sa.Column("id_number", sa.String(), nullable=False),
        sa.Column("phones", sa.JSON(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_rank", sa.Integer(), nullable=False),
        sa.Column("education", sa.String(), nullable=False),
        sa.Column("major", sa.String(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("base_county", sa.String(), nullable=True),
        sa.Column("team_county", sa.String(), nullable=True),
        sa.Column("team_counties", sa.JSON(), nullable=False),
        sa.Column("team_role", sa.String(), nullable=False),
        sa.Column("term_start", sa.String(), nullable=False),
        sa.Column("term_end", sa.String(), nullable=False),
        sa.Column("sharing", sa.String(), nullable=False),
        sa.Column("max_slots_week", sa.Integer(), nullable=False),
        sa.Column("max_slots_month", sa.Integer(), nullable=False),
        sa.Column("target_days_year", sa.Integer(), nullable=False),
        sa.Column("max_travel_minutes", sa.Integer(), nullable=False),
        sa.Column("absences", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["base_county"], ["county.id"]),
        sa.ForeignKeyConstraint(["team_county"], ["county.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_envoy_base_county", "envoy", ["base_county"])
    op.create_index("ix_envoy_id_number", "envoy", ["id_number"])
    op.create_index("ix_envoy_name", "envoy", ["name"])
    op.create_index("ix_envoy_team_county", "envoy", ["team_county"])

    op.create_table(
        "plan_version",
        *stamped(),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("preset", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("score", sa.JSON(), nullable=False),
        sa.Column("bounds", sa.JSON(), nullable=False),
        sa.Column("cost", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("instance", sa.LargeBinary(), nullable=False),
        sa.Column("frozen", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "version_no"),
    )
    op.create_index("ix_plan_version_plan_id", "plan_version", ["plan_id"])

    op.create_table(
        "plan_visit",
        *stamped(),
        sa.Column("plan_version_id", sa.String(), nullable=False),
        sa.Column("visit", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("county", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=False),
        sa.Column("latest", sa.Date(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("start_half", sa.String(), nullable=True),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("demand_id", sa.String(), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_version_id"], ["plan_version.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_version_id", "visit"),
    )
    op.create_index("ix_plan_visit_county", "plan_visit", ["county"])
    op.create_index("ix_plan_visit_demand_id", "plan_visit", ["demand_id"])
    op.create_index("ix_plan_visit_plan_version_id", "plan_visit", ["plan_version_id"])
    op.create_index("ix_plan_visit_start_date", "plan_visit", ["start_date"])

    op.create_table(
        "plan_seat",
        *stamped(),
        sa.Column("plan_visit_id", sa.String(), nullable=False),
        sa.Column("plan_version_id", sa.String(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("envoy", sa.String(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_version_id"], ["plan_version.id"]),
        sa.ForeignKeyConstraint(["plan_visit_id"], ["plan_visit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_plan_seat_envoy", "plan_seat", ["envoy"])
    op.create_index("ix_plan_seat_plan_version_id", "plan_seat", ["plan_version_id"])
    op.create_index("ix_plan_seat_plan_visit_id", "plan_seat", ["plan_visit_id"])
