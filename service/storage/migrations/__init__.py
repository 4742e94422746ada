"""Alembic revisions. A revision never changes once it is released.

- `env`: runs the migrations on the connection that `service.storage.engine.migrate` passes in
- `initial`: the tables of revision 0001, frozen
"""
