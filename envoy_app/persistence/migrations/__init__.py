"""Alembic's environment and scripts."""
