"""The countable facts of a request: when it is received, and whenever it ends."""

from __future__ import annotations

from datetime import date

from domain.access import Caller
from domain.errors import OutsideCalendarError
from domain.ids import RequestId
from domain.publication.facts import CountableFact, Stage, Timeliness
from domain.request_states import DECIDED, RequestState
from domain.requests import Entry, Request, RequestFile
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.counting import give_fact
from service.usecases.requests.clocks import due_of
from service.usecases.requests.kinds import kind_named
from service.usecases.services import StoreServices


def count_received(
    services: StoreServices, unit: UnitOfWork, caller: Caller, request: Request
) -> None:
    """Give the facts of a request that was received, on the day on which it was put on record."""
    fact = CountableFact(
        request.request_id,
        number=1,
        stage=Stage.RECEIVED,
        service=request.kind,
        counted_on=request.opened_at.date(),
        asker=request.asker.kind.value,
        party=request.asker.code,
    )
    give_fact(services, unit, caller, fact)


def count_ended(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    request_id: RequestId,
    entry: Entry,
) -> None:
    """Give the facts of a request that an entry in hand has ended."""
    file = existing(unit.requests.file(request_id))
    give_fact(services, unit, caller, fact_of_end(file, entry))


def fact_of_end(file: RequestFile, entry: Entry) -> CountableFact:
    """Return the facts of a request that an entry has ended."""
    request, decided = file.request, _decided(file)
    answered_on = entry.on if decided is None else decided.on
    return CountableFact(
        request.request_id,
        number=entry.number,
        stage=Stage.CLOSED,
        service=request.kind,
        counted_on=entry.at.date(),
        outcome=_outcome(entry, decided),
        timeliness=_timeliness(file, answered_on),
        asker=request.asker.kind.value,
        party=request.asker.code,
        days=max(0, (answered_on - request.received_on).days),
    )


def _decided(file: RequestFile) -> Entry | None:
    """Return the entry that decided it; None for a request that ended without a decision."""
    if file.state is not RequestState.CLOSED:
        return None
    return next((one for one in reversed(file.entries) if one.state in DECIDED), None)


def _outcome(entry: Entry, decided: Entry | None) -> str:
    return entry.state.value if decided is None else decided.outcome


def _timeliness(file: RequestFile, answered_on: date) -> Timeliness:
    try:
        due = due_of(file, kind_named(file.request.kind), answered_on).on
    except OutsideCalendarError:
        return Timeliness.NO_CLOCK
    if due is None:
        return Timeliness.NO_CLOCK
    return Timeliness.IN_TIME if answered_on <= due else Timeliness.LATE
