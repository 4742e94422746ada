"""The audit search: who did what, to whom, when and why; the search itself is an event."""

from __future__ import annotations

from dataclasses import dataclass, fields

from domain.access import Caller, Scope
from domain.event_filter import EventFilter
from domain.events import EventType, LoggedEvent
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Events that were found, newest first."""

    entries: tuple[LoggedEvent, ...]
    next_before: int | None
    """Pass as `before` for the next page; None at the end."""


def search_events(
    services: StoreServices, caller: Caller, wanted: EventFilter, *, before: int | None, limit: int
) -> AuditPage:
    """Return the events that meet a filter; that somebody asked, and for what, is logged first.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_LOG)
    with services.units.write() as unit:
        found = tuple(unit.events.search(wanted, before=before, limit=limit + 1))
        page = found[:limit]
        record(
            unit,
            services.surroundings,
            caller,
            EventType.LOG_SEARCHED,
            about=(wanted.subject_ref,) if wanted.subject_ref else (),
            case_id=wanted.case_id,
            facts=(*_asked(wanted), ("found", len(page))),
        )
        unit.commit()
    return AuditPage(page, page[-1].seq if len(found) > limit and page else None)


def _asked(wanted: EventFilter) -> tuple[tuple[str, str], ...]:
    """Return what was asked as facts; times as RFC 3339."""
    named = ((field.name, getattr(wanted, field.name)) for field in fields(wanted))
    told = {name: value for name, value in named if value is not None}
    told.pop("case_id", None)
    told.pop("subject_ref", None)
    return tuple((f"asked_{name}", _text(value)) for name, value in told.items())


def _text(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
