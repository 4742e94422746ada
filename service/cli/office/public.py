"""`identlink public`: serves the public pages, in a process separate from the office's service."""

import os
import sys
from typing import Annotated

import typer
import uvicorn

from service.cli.context import AnswerCall, Group
from service.cli.serving.http_server import QuietServer, address_of, listen
from service.public.app import create_public_app
from service.public.desk import PublicSettings, load_public_settings, open_desk
from service.public.office import open_office
from service.public.rendering import catalogues

app = Group(help="The public pages: they use no store, no database and no keys.")

HostOption = Annotated[
    str | None,
    typer.Option(help="Address to listen on; default IDENTLINK_PUBLIC_PAGES_HOST."),
]
PortOption = Annotated[
    int | None,
    typer.Option(
        min=0, max=65_535, help="Port; 0 for any free port; default IDENTLINK_PUBLIC_PAGES_PORT."
    ),
]


@app.command()
def serve(call: AnswerCall, *, host: HostOption = None, port: PortOption = None) -> None:
    """Serve the pages until SIGINT or SIGTERM; prints the address when ready."""
    given = {"host": host, "port": port}
    settings = load_public_settings(
        **{name: value for name, value in given.items() if value is not None}
    )
    office = open_office(settings.office, settings.client_id, settings.client_secret())
    desk = open_desk(settings, office, catalogues(settings.messages))
    listener = listen(settings)
    server = QuietServer(
        _config(create_public_app(desk), settings),
        lambda: _announce(call, address_of(listener)),
    )
    server.run(sockets=[listener])


def _config(pages: object, settings: PublicSettings) -> uvicorn.Config:
    return uvicorn.Config(
        pages,  # type: ignore[arg-type]  # an application, which the library types more narrowly
        log_config=None,
        # No line may name an address or a page, because applicants' visits must not be traceable.
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=[str(one) for one in settings.trusted_proxies],
        lifespan="on",
        ws="none",
        limit_concurrency=200,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=30,
    )


def _announce(call: AnswerCall, address: str) -> None:
    facts = {"address": address, "pid": os.getpid()}
    call.say(f"identlink serves the public at {address}", facts)
    sys.stdout.flush()
