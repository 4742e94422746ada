"""The log as auditors read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.events.logged import LoggedEvent
from service.api.state import BenchOf
from service.usecases.log.reading import log_entries, log_size
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.visitors import AuditorOf

router = APIRouter(prefix="/workbench/log", route_class=PageRoute, include_in_schema=False)

_PAGE = 50


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event as a line of the page."""

    seq: int
    at: datetime
    event_type: str
    actor: str
    purpose: str
    force: str
    about: tuple[str, ...]
    facts: tuple[tuple[str, Any], ...]


@router.get("")
def show_log(request: Request, caller: AuditorOf, bench: BenchOf) -> Response:
    """Show entries of the log, the newest page first."""
    asked = request.query_params.get("start", "")
    newest = log_size(bench.services, caller)
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else -1
    if not 0 <= start < max(newest, 1):
        start = max(0, newest - _PAGE)
    page = log_entries(bench.services, caller, start=start, limit=_PAGE)
    return render(
        request,
        "log/log.html",
        {
            "lines": [_line(event) for event in reversed(page.entries)],
            "size": page.size,
            "older": max(0, start - _PAGE) if start > 0 else None,
            "newer": start + _PAGE if start + _PAGE < page.size else None,
        },
    )


def _line(event: LoggedEvent) -> LogLine:
    body = json.loads(event.body)
    return LogLine(
        seq=event.seq,
        at=event.at,
        event_type=event.event_type,
        actor=body["actor"],
        purpose=body["purpose"],
        force=body["force"],
        about=tuple(body["subject_refs"]),
        facts=tuple(sorted(body["facts"].items())),
    )
