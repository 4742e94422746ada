"""Alembic revisions; `env` runs them. A revision never changes once it is released."""
