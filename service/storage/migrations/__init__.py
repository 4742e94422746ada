"""Alembic revisions. A revision never changes after its release."""
