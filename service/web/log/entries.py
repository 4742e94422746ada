"""One entry of the log with its proof, and files to take away: receipt, checkpoint, findings."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.ids import EventId, UserId
from service.api.state import BenchOf
from service.usecases.log.audit import actor_names, search_events
from service.usecases.log.reading import log_entry, prove_inclusion, signed_head
from service.web.examination.desk import IdInPath
from service.web.log.audit import COLUMNS, MOST_SAVED, asked_of, line_of, wanted_of
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.tables import order_of
from service.web.visitors import AuditorOf

router = APIRouter(prefix="/workbench/log", route_class=PageRoute, include_in_schema=False)


@router.get("/entries/{event_id}")
def show_entry(
    request: Request, event_id: IdInPath, caller: AuditorOf, bench: BenchOf
) -> Response:
    """Show an entry in full, its proof checked against the newest checkpoint."""
    key = bench.signer.verifier if bench.signer else None
    entry = log_entry(bench.services, caller, EventId(event_id), key)
    body = json.loads(entry.event.body)
    names = actor_names(bench.services, caller, (UserId(body["actor"]),))
    values = {"entry": entry, "line": line_of(entry.event, body, names)}
    return render(request, "log/entry.html", values)


@router.get("/entries/{event_id}/receipt")
def get_receipt(event_id: IdInPath, caller: AuditorOf, bench: BenchOf) -> Response:
    """Give the receipt of an entry as a file: it verifies against the public keys alone."""
    proved = prove_inclusion(bench.services, caller, EventId(event_id))
    return _file(proved.receipt().encode(), f"receipt-{proved.event.seq}.txt", "text/plain")


@router.get("/checkpoint")
def get_checkpoint(caller: AuditorOf, bench: BenchOf) -> Response:
    """Give the newest signed checkpoint as a file."""
    head = signed_head(bench.services, caller)
    return _file(head.note, f"checkpoint-{head.size}.txt", "text/plain")


@router.get("/export")
def get_findings(request: Request, caller: AuditorOf, bench: BenchOf) -> Response:
    """Give the entries that a search finds as lines of JSON: the bodies that the log signs."""
    wanted = wanted_of(bench, caller, asked_of(request), {})
    order = order_of(request, COLUMNS)
    found = search_events(
        bench.services, caller, wanted, before=None, limit=MOST_SAVED, order=order
    )
    lines = b"".join(entry.body + b"\n" for entry in found.items)
    return _file(lines, "log.ndjson", "application/x-ndjson")


def _file(content: bytes, name: str, kind: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=disposition)
