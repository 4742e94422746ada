"""`identlink db`: the schema of the database."""

from __future__ import annotations

import typer

from service.bootstrap import open_database
from service.cli.context import JsonOption, StoreOption, say, settings_for
from service.storage.engine.migrate import current

app = typer.Typer(help="The schema of the database.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The schema of the database."""


@app.command()
def upgrade(
    context: typer.Context, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Build the schema, or bring it up to date; does nothing when it is."""
    settings = settings_for(context, store)
    database = open_database(settings)
    try:
        before = current(settings.database_address)
        database.upgrade()
        after = current(settings.database_address)
    finally:
        database.close()
    did = "is up to date" if before == after else "has been brought up to date"
    say(f"The schema {did}: {after}.", {"before": before, "after": after}, as_json=as_json)
