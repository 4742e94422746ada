"""One entry of the log with its proof; receipt, checkpoint and search results as files."""

import json

from starlette.responses import Response

from domain.ids import EventId, UserId
from service.usecases.log import reading
from service.web.examination.desk import IdInPath
from service.web.log.audit import COLUMNS, MOST_SAVED, asked_of, line_of, wanted_of
from service.web.page_route import page_router
from service.web.tables import order_of
from service.web.visitors import AuditorOf

router = page_router("/workbench/log")


@router.get("/entries/{event_id}")
def show_entry(visit: AuditorOf, event_id: IdInPath) -> Response:
    """Show an entry in full, with its proof checked against the newest checkpoint."""
    key = visit.bench.signer.verifier if visit.bench.signer else None
    entry = visit.use(reading.log_entry, EventId(event_id), key)
    body = json.loads(entry.event.body)
    names = visit.use(reading.actor_names, (UserId(body["actor"]),))
    values = {"entry": entry, "line": line_of(entry.event, body, names)}
    return visit.page("log/entry.html", values)


@router.get("/entries/{event_id}/receipt")
def get_receipt(visit: AuditorOf, event_id: IdInPath) -> Response:
    """Return the receipt of an entry as a file, which needs only the public keys to be
    verified.
    """
    proved = visit.use(reading.prove_inclusion, EventId(event_id))
    return _file(proved.receipt().encode(), f"receipt-{proved.event.seq}.txt", "text/plain")


@router.get("/checkpoint")
def get_checkpoint(visit: AuditorOf) -> Response:
    """Return the newest signed checkpoint as a file."""
    head = visit.use(reading.signed_head)
    return _file(head.note, f"checkpoint-{head.size}.txt", "text/plain")


@router.get("/export")
def get_findings(visit: AuditorOf) -> Response:
    """Return the entries that a search finds as lines of JSON: the bodies that the log signs."""
    wanted = wanted_of(visit, asked_of(visit.request), {})
    order = order_of(visit.request, COLUMNS)
    found = visit.use(reading.search_events, wanted, before=None, limit=MOST_SAVED, order=order)
    lines = b"".join(entry.body + b"\n" for entry in found.items)
    return _file(lines, "log.ndjson", "application/x-ndjson")


def _file(content: bytes, name: str, kind: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=disposition)
