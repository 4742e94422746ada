"""`identlink link`."""

from __future__ import annotations

import typer

app = typer.Typer(help="Confirmed links.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Confirmed links."""
