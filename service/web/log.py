"""The log as auditors read it: pages, searches, one entry with its proof, files; and misuse."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from operator import itemgetter
from typing import Any

from fastapi import Request, Response

from domain.abuse import FindingKind
from domain.events.catalogue import KINDS, LoggedEvent, event_types
from domain.ids import EventId, EventType, UserId
from domain.list_pages import EventFilter
from domain.office_days import days_after
from service.api.base import text_below
from service.api.bodies import Before
from service.usecases.log import reading
from service.usecases.misuse.watching import found_abuse
from service.web.forms import NO_DAY, typed_day
from service.web.page_route import IdInPath, page_router
from service.web.tables import Column, address_from, order_of, sorted_table
from service.web.visitors import AuditorOf, Visit

router = page_router("/workbench/log")

_PAGE = 30
MOST_SAVED = 5_000
"""Most findings that are saved in one file: some 3 MB."""
_REF = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event as a line of the page."""

    seq: int
    event_id: str
    at: datetime
    event_type: str
    sentence: str
    """What happened; empty if the type is unknown, as somebody may have written to the log."""
    actor: str
    purpose: str
    force: str
    about: tuple[str, ...]
    facts: tuple[tuple[str, Any], ...]


@router.get("")
def show_log(visit: AuditorOf) -> Response:
    """Show entries of the log: the newest page first, or those that a search finds."""
    asked = asked_of(visit.request)
    errors: dict[str, str] = {}
    wanted = wanted_of(visit, asked, errors)
    order = order_of(visit.request, COLUMNS)
    if (any(asked.values()) or order) and not errors:
        return _found(visit, asked, wanted)
    start = _number(visit.request.query_params.get("start", ""))
    newest = visit.use(reading.log_size)
    if start is None or start >= max(newest, 1):
        start = max(0, newest - _PAGE)
    page = visit.use(reading.log_entries, start=start, limit=_PAGE)
    values = {
        "lines": _lines(visit, tuple(reversed(page.entries))),
        "further": f"?start={max(0, start - _PAGE)}" if start > 0 else None,
        "newer": f"?start={start + _PAGE}" if start + _PAGE < page.size else None,
    }
    return _page(visit, values, size=page.size, asked=asked, errors=errors)


def _found(visit: Visit, asked: Mapping[str, str], wanted: EventFilter) -> Response:
    before = _number(visit.request.query_params.get("before", ""))
    order = order_of(visit.request, COLUMNS)
    found = visit.use(reading.search_events, wanted, before=before, limit=_PAGE, order=order)
    size, after = visit.use(reading.log_size), found.next_key
    further = address_from(visit.request, before=after) if after is not None else None
    values = {"lines": _lines(visit, found.items), "further": further, "newer": None}
    return _page(visit, values, size=size, asked=asked, errors={})


def _page(
    visit: Visit,
    values: dict[str, Any],
    *,
    size: int,
    asked: Mapping[str, str],
    errors: dict[str, str],
) -> Response:
    values |= {
        "table": sorted_table(visit.request, values["lines"], COLUMNS),
        "saved": f"/workbench/log/export{address_from(visit.request)}",
        "most_saved": MOST_SAVED,
        "numbers": [line.seq for line in values["lines"]],
        "size": size,
        "asked": asked,
        "errors": errors,
        "is_search": any(asked.values()) and not errors,
        "types": sorted(
            ((name, kind.declared.sentence) for name, kind in KINDS.items()), key=itemgetter(1)
        ),
    }
    return visit.page("log/log.html", values, status=422 if errors else 200)


COLUMNS: tuple[Column[LogLine], ...] = (
    Column("Entry", "entry"),
    Column("Time (UTC)"),
    Column("Event", "event"),
    Column("Actor", "by"),
    Column("Purpose"),
    Column("Force", "force"),
    Column("About"),
    Column("Facts"),
)


def asked_of(request: Request) -> dict[str, str]:
    """Return the fields of the search form."""
    return {
        name: request.query_params.get(name, "").strip()
        for name in ("type", "actor", "about", "since", "until")
    }


def wanted_of(visit: Visit, asked: Mapping[str, str], errors: dict[str, str]) -> EventFilter:
    """Return the filter that the fields state; unreadable fields are named in `errors`."""
    kind = asked["type"]
    if kind and kind not in event_types():
        errors["type"] = "Choose a type of event from the list."
    for name in ("actor", "about"):
        if asked[name] and not _REF.fullmatch(asked[name]):
            errors[name] = "Give a name or an identifier of up to 64 letters and digits."
    since = _day(asked["since"], "since", errors)
    until = _day(asked["until"], "until", errors)
    has_actor = asked["actor"] and "actor" not in errors
    return EventFilter(
        actor=visit.use(reading.actor_named, asked["actor"]) if has_actor else None,
        subject_ref=asked["about"] or None,
        event_type=EventType(kind) if kind else None,
        since=datetime.combine(since, time(), UTC) if since else None,
        until=datetime.combine(days_after(until), time(), UTC) if until else None,
    )


def _day(text: str, name: str, errors: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(typed_day(text))
    except ValueError:
        errors[name] = NO_DAY
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _lines(visit: Visit, entries: tuple[LoggedEvent, ...]) -> tuple[LogLine, ...]:
    bodies = [(event, json.loads(event.body)) for event in entries]
    actors = {UserId(body["actor"]) for _, body in bodies}
    names = visit.use(reading.actor_names, actors)
    return tuple(line_of(event, body, names) for event, body in bodies)


def line_of(event: LoggedEvent, body: Mapping[str, Any], names: Mapping[UserId, str]) -> LogLine:
    """Return one event as a line, with its actor by name."""
    actor, kind = body["actor"], KINDS.get(event.event_type)
    return LogLine(
        seq=event.seq,
        event_id=event.event_id,
        at=event.at,
        event_type=event.event_type,
        sentence=kind.declared.sentence if kind else "",
        actor=names.get(UserId(actor), actor),
        purpose=body["purpose"],
        force=body["force"],
        about=tuple(body["subject_refs"]),
        facts=tuple(sorted(body["facts"].items())),
    )


@router.get("/entries/{event_id}")
def show_entry(visit: AuditorOf, event_id: IdInPath) -> Response:
    """Show an entry in full, with its proof checked against the newest checkpoint."""
    key = visit.bench.signer.verifier if visit.bench.signer else None
    entry = visit.use(reading.log_entry, EventId(event_id), key)
    body = json.loads(entry.event.body)
    names = visit.use(reading.actor_names, (UserId(body["actor"]),))
    line, kind = line_of(entry.event, body, names), KINDS.get(entry.event.event_type)
    texts = {name: text_below(kind, name) for name, _ in line.facts} if kind else {}
    values = {"entry": entry, "line": line, "texts": texts}
    return visit.page("log/entry.html", values)


@router.get("/entries/{event_id}/receipt")
def get_receipt(visit: AuditorOf, event_id: IdInPath) -> Response:
    """Return the receipt of an entry as a file, verifiable with only the public keys."""
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


misuse_router = page_router("/workbench/log/misuse")

_MISUSE_PAGE = 50
WORDS = {
    FindingKind.PROBE_SERIES: "One print was searched again and again with small changes",
    FindingKind.STAFF_MATCH: "The prints searched with belong to a member of staff",
    FindingKind.OWN_RECORD: "Somebody searched for themselves, or for the person they act for",
}


@misuse_router.get("")
def show_misuse(visit: AuditorOf, before: Before = None) -> Response:
    """Show signs of misuse, newest first; that they were shown is logged."""
    page = visit.use(found_abuse, before=before, limit=_MISUSE_PAGE)
    with_names = {"found": page.items, "next": page.next_key, "before": before, "words": WORDS}
    return visit.page("log/misuse.html", with_names)


ROUTERS = (router, misuse_router)
