"""`identlink db`: the schema of the database."""

from __future__ import annotations

from service.bootstrap import open_database
from service.cli.context import Call, Group
from service.storage.engine.migrate import current

app = Group(help="The schema of the database.")


@app.command()
def upgrade(call: Call) -> None:
    """Build the schema, or bring it up to date; does nothing when it is."""
    settings = call.settings()
    database = open_database(settings)
    try:
        before = current(settings.database_address)
        database.upgrade()
        after = current(settings.database_address)
    finally:
        database.close()
    did = "is up to date" if before == after else "has been brought up to date"
    call.say(f"The schema {did}: {after}.", {"before": before, "after": after})
