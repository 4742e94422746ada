"""The court bundle of a link, made and checked as its reader would check it."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from rich.console import Console

from domain.ids import LinkId
from service.cli.link import AUDITING_CONSOLE
from service.demo.stage import Stage
from service.provenance.court import verify
from service.usecases.links.court import CourtDesk, court_bundle
from service.web.links.court_page import court_page


def show_court_bundle(stage: Stage, link_id: LinkId) -> None:
    """Write the bundle of a link beside the store and print how its verification ends."""
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
