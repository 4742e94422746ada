"""`identlink demo`: only its options."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from prints.formats import minutiae_192
from service.cli.context import Call
from service.cli.refusals import demand_extra
from service.cli.serving.working import spare_long_lived
from service.demo.images import run_image_demo
from service.demo.run import run_demo
from service.demo.stage import DemoOptions

_MINUTIAE = minutiae_192.FORMAT.label
TEMPLATE_PERSONS, DRAWN_PERSONS = 20_000, 12
"""Default numbers of people in the two demos; drawn people take seconds each."""
_DEMO = {"workbench_over_http": True, "trial": True}
"""Settings that every demo uses."""
_ABROAD = {"exchange_state": "GBR", "exchange_plain_http": True}
"""Settings of a demo with another country."""


class Prints(StrEnum):
    """The kind of prints in the demo."""

    TEMPLATES = "templates"
    IMAGES = "images"


PrintsOption = Annotated[
    Prints,
    typer.Option(
        "--prints",
        help="`templates`: thousands of people with template vectors. `images`: drawn"
        " prints in NIST files, which are read, searched and shown; needs the extra"
        " `prints`, and a separate store.",
    ),
]
Persons = Annotated[
    int | None,
    typer.Option(
        min=3,
        max=5_000_000,
        help="People to enrol before the searches.",
        show_default="20000, with images 12",
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the synthetic people.")]
Serve = Annotated[
    bool, typer.Option("--serve/--no-serve", help="Keep serving when the searches are done.")
]
Exchange = Annotated[
    bool, typer.Option("--exchange", help="Also exchange convictions with another country.")
]
Services = Annotated[
    bool, typer.Option("--services", help="Also run each service for the public once.")
]


def _with_film(is_asked: bool) -> bool:
    """Return the option's value; drawing film needs the fonts of the extra `plots`."""
    if is_asked:
        demand_extra("plots")
    return is_asked


OldRecords = Annotated[
    bool,
    typer.Option(
        "--old-records", callback=_with_film, help="Also convert a roll of 20 film frames."
    ),
]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", help="Also show candidates, evidence, provenance and tokens."),
]
Host = Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")]
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65_535, help="Port; 0 takes a free one.", show_default="8400"),
]


def demo(  # noqa: PLR0913 - one parameter for each option of the command
    call: Call,
    *,
    prints: PrintsOption = Prints.TEMPLATES,
    persons: Persons = None,
    seed: Seed = 7,
    serve: Serve = True,
    exchange: Exchange = False,
    services: Services = False,
    old_records: OldRecords = False,
    verbose: Verbose = False,
    host: Host = None,
    port: Port = None,
) -> None:
    """Show the main work: enrol people, search, let two examiners decide, store the links.

    Synthetic people are enrolled into the store once; a second run reuses them.

    Four searches go through the HTTP API: three bookings (a person who gives their own name, one
    who gives another person's name, and one who is not on record) and a mark. With --verbose, each
    candidate list is shown with its evidence, and a link with its provenance.

    With `--prints images` the prints are drawn, written as NIST files, read, searched and shown.
    Two simulated examiners, who know the truth, work on the cases through the same API. With
    --exchange, another country asks about a person, gets its reply, and is notified of a
    conviction and its appeal. With --services, each service for the public is run once, beginning
    with a certificate. With --old-records, a roll of film is converted into records and accepted
    by sample. Then the service runs until it is stopped, with accounts and a guided tour.
    """
    given: dict[str, Any] = {"host": host, "port": port, **_DEMO, **(_ABROAD if exchange else {})}
    is_drawn = prints is Prints.IMAGES
    if is_drawn and (exchange or services or old_records):
        raise typer.BadParameter(
            "--prints images does not allow --exchange, --services or --old-records: leave it out."
        )
    options = DemoOptions(
        persons or (DRAWN_PERSONS if is_drawn else TEMPLATE_PERSONS),
        seed,
        is_serving=serve,
        is_json=call.as_json,
        is_verbose=verbose,
        is_exchanging=exchange,
        is_serving_public=services,
        is_converting=old_records,
    )
    spare_long_lived()
    if is_drawn:
        run_image_demo(call.settings(template_format=_MINUTIAE, **given), options)
    else:
        run_demo(call.settings(**given), options)
