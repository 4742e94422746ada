"""`identlink demo`: the options, and nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.context import JsonOption, StoreOption, settings_for
from service.demo.run import DemoOptions, run_demo

Persons = Annotated[
    int, typer.Option(min=100, max=5_000_000, help="People to enrol before the searches.")
]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the synthetic people.")]
Serve = Annotated[
    bool, typer.Option("--serve/--no-serve", help="Go on serving when the searches are done.")
]
Exchange = Annotated[
    bool, typer.Option("--exchange", help="Also exchange convictions with another country.")
]
Host = Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")]
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65_535, help="Port; 0 takes a free one.", show_default="8400"),
]


def demo(  # noqa: PLR0913 - one parameter for each option of the command
    context: typer.Context,
    *,
    store: StoreOption = None,
    persons: Persons = 20_000,
    seed: Seed = 7,
    serve: Serve = True,
    exchange: Exchange = False,
    as_json: JsonOption = False,
    host: Host = None,
    port: Port = None,
) -> None:
    """Show the main job: enrol people, search, let two examiners decide, store the links.

    Synthetic people are enrolled into the store once; a second run reuses them.

    Four searches go through the HTTP API: a booking under an honest name, one under another
    person's name, one of a person never seen before, and a mark. Each candidate
    list is shown with its evidence.

    Two examiners work the cases by the same API, deciding by a truth file, and the provenance of
    a link is shown. With --exchange another country asks about a person, gets its reply, and is
    told of a conviction and of its appeal. Then the service stays up, with a token for each
    role, until it is stopped.
    """
    abroad = {"exchange_state": "GBR", "exchange_plain_http": True} if exchange else {}
    settings = settings_for(
        context, store, host=host, port=port, workbench_over_http=True, **abroad
    )
    options = DemoOptions(persons, seed, serve, as_json, is_exchanging=exchange)
    run_demo(settings, options)
