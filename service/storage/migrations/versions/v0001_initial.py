"""The schema of the first release."""

from __future__ import annotations

from alembic import op

from service.storage.engine.append_only import POSTGRESQL_FUNCTION, triggers
from service.storage.migrations.initial import examination, log, people

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables and the triggers that protect them, and the empty head of the log."""
    for part in (people, examination, log):
        part.create()
    log.start()
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
    for part in (people, examination, log):
        for table, protection in part.PROTECTIONS.items():
            for statement in triggers(table, protection, dialect):
                op.execute(statement)
