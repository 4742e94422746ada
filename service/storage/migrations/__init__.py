"""Alembic revisions. A revision never changes once it is released.

- `env`: runs the migrations on the connection that `service.storage.engine.migrate` passes in
"""
