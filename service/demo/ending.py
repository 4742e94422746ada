"""The beginning and end of every demo: opening the store, a link explained, serving."""

import io
import signal
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from rich.console import Console

from domain.ids import LinkId
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import Runtime, start
from service.bootstrap.stores import open_database
from service.cli.link import AUDITING_CONSOLE, link_text
from service.demo.accounts import SIGN_INS, agree_with_agency, renew_sign_ins
from service.demo.calls import ApiCaller
from service.demo.own_store import begin_own, demand_own
from service.demo.report import LinkProvenance, print_doors, print_provenance, print_tokens
from service.demo.stage import DemoOptions, Stage, running
from service.demo.tour import tour_page
from service.ports.surroundings import Surroundings
from service.provenance.court import verify
from service.provenance.prov_view import prov_n
from service.settings import Settings
from service.usecases.links.court import CourtDesk, court_bundle
from service.usecases.links.links import link_history
from service.usecases.log.checkpoints import make_checkpoint
from service.web.court_page import court_page


def show_court_bundle(stage: Stage, link_id: LinkId) -> None:
    """Write the court bundle of a link beside the store, check it, and print the result."""
    signer = stage.runtime.keeper.signer
    desk = CourtDesk(
        stage.runtime.services, signer, stage.bench.prints, court_page, stage.bench.services.policy
    )
    path = stage.store / f"link-{link_id[:8]}.zip"
    path.write_bytes(court_bundle(desk, AUDITING_CONSOLE, link_id))
    stage.console.print(f"[bold]The first link for court:[/bold] {path}", soft_wrap=True)
    _print_check(stage.console, path.read_bytes(), str(signer.verifier))


def _print_check(console: Console, bundle: bytes, log_key: str) -> None:
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            archive.extractall(folder)
        verify.run([str(Path(folder)), "--log-key", log_key], lines.append)
    failed = [line for line in lines if line.startswith("FAILED")]
    for line in (*failed, f"{len(lines) - 1} statements checked. {lines[-1]}"):
        console.print(line.rstrip(), highlight=False, markup=False, soft_wrap=True)


def opened(settings: Settings, outside: Surroundings | None = None) -> Runtime:
    """Return the services of a demo's store, after its schema is brought up to date.

    `outside` is as in `start`. Raises InvalidInputError, changing nothing, for a store in use.
    """
    Console(stderr=True).print(f"Opening the store {settings.store}.", soft_wrap=True)
    with closing(open_database(settings)) as database:
        demand_own(database)
        database.upgrade()
    runtime = start(settings, outside)
    begin_own(runtime)
    return runtime


@contextmanager
def served(runtime: Runtime, app: FastAPI, options: DemoOptions) -> Iterator[Stage]:
    """Serve the application with its guided tour, and yield the running demo: its address,
    accounts and console (`Stage`).
    """
    app.include_router(tour_page())
    settings = runtime.settings
    port = settings.port if options.is_serving else 0
    with running(app, host=settings.host, port=port) as address:
        console = Console(stderr=options.is_json, emoji=False)
        yield Stage.set(runtime, address, console, app, is_verbose=options.is_verbose)


def show_provenance(stage: Stage, auditor: ApiCaller, summaries: Sequence[dict[str, Any]]) -> None:
    """Show how the first link was made, and its court bundle."""
    linked = next((s["link_id"] for s in summaries if s["link_id"]), None)
    if linked is None:
        return
    show_court_bundle(stage, LinkId(linked))
    make_checkpoint(stage.runtime.services, open_log_signer(stage.runtime.settings))
    history = link_history(stage.runtime.services, AUDITING_CONSOLE, LinkId(linked))
    replay = auditor.post(f"/v1/links/{linked}/replay")["verdict"]
    stage.console.print(f"Its search, computed again: [bold]{replay}[/bold].")
    checkpoint = auditor.get_text("/v1/log/checkpoint")
    provenance = LinkProvenance(
        text=link_text(history), document=prov_n(history), replay=replay, checkpoint=checkpoint
    )
    print_provenance(stage.details, provenance)


def serve_until_stopped(stage: Stage) -> None:
    """Print the addresses and sign-ins, and keep the service running until it is stopped."""
    print_tokens(stage.details, stage.secrets)
    password = renew_sign_ins(stage.runtime)
    agree_with_agency(stage)
    print_doors(stage.console, stage.address, password, SIGN_INS)
    wait_until_stopped()
    stage.console.print("Stopping.")


def wait_until_stopped() -> None:
    """Wait until a person or the system stops this process."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
