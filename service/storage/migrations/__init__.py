"""Alembic revisions. A revision never changes once it is released."""
