"""Refused calls of known accounts are put on record: account, template of the address, reason."""

from __future__ import annotations

from domain.events.looking import CallRefused
from service.live.refusals import Counted, Refusal, Refusals
from service.usecases.log.recording import record
from service.usecases.services import Services


def record_refusal(services: Services, refusal: Refusal) -> None:
    """Count a refusal, and write its event unless one of the same kind was written a while ago.

    Raises the outage that prevents the event; the count is then kept for the next one.
    """
    counted = services.refusals.note(refusal)
    if counted is not None:
        _write(services, services.refusals, [counted])


def record_due_refusals(services: Services, *, is_last: bool = False) -> None:
    """Write the events of repetitions whose time has come; raises the outage that prevents it."""
    due = services.refusals.due(is_last=is_last)
    if due:
        _write(services, services.refusals, due)


def _write(services: Services, refusals: Refusals, due: list[Counted]) -> None:
    try:
        with services.units.write() as unit:
            for one in due:
                refusal = one.refusal
                event = CallRefused(
                    method=refusal.method,
                    route=refusal.route,
                    problem=refusal.problem,
                    calls=one.calls,
                )
                record(unit, services.surroundings, refusal.caller, event)
            unit.commit()
    except BaseException:
        for one in due:
            refusals.put_back(one)
        raise
