"""Refused calls, logged as counts: calls of accounts, and messages from unknown senders."""

from service.live.refusals import Counted, Refusals, Refused
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def record_refusal(services: StoreServices, refusal: Refused) -> None:
    """Count a refusal. Log it, unless one of the same kind was logged a short time ago.

    Raises the outage that prevents logging; the count is then kept for the next event.
    """
    counted = services.refusals.note(refusal)
    if counted is not None:
        _write(services, services.refusals, [counted])


def record_due_refusals(services: StoreServices, *, is_last: bool = False) -> None:
    """Log the counts of repeated refusals that are now due.

    Raises the outage that prevents logging.
    """
    due = services.refusals.due(is_last=is_last)
    if due:
        _write(services, services.refusals, due)


def _write(services: StoreServices, refusals: Refusals, due: list[Counted]) -> None:
    try:
        with services.units.write() as unit:
            for one in due:
                event = one.refusal.event(one.calls)
                record(unit, services.surroundings, one.refusal.caller, event)
            unit.commit()
    except BaseException:
        for one in due:
            refusals.put_back(one)
        raise
