"""The whole schema of the first release, equal to the result of all earlier migrations."""

import re
from pathlib import Path

from alembic import op

revision = "0047"
down_revision = None
branch_labels = None
depends_on = None

_STATEMENTS = Path(__file__).parents[1] / "baseline"
_ENDS = re.compile(r";\n+(?=CREATE |ALTER |INSERT |\Z)")


def upgrade() -> None:
    """Create all tables, indexes, triggers and policies, and the single row of the log's head."""
    connection = op.get_bind()
    script = (_STATEMENTS / f"{connection.dialect.name}.sql").read_text("utf-8")
    for statement in filter(None, _ENDS.split(script)):
        # Without parameters, so that the driver does not interpret percent signs.
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
