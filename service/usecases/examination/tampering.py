"""The check that the rows behind a case are those that its events committed to."""

from __future__ import annotations

from domain.access import Caller
from domain.cases import Case
from domain.errors import EvidenceTamperedError
from domain.events.examination import TamperingFound
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def refuse_if_tampered(
    services: StoreServices, unit: UnitOfWork, caller: Caller, case: Case, *also: str
) -> None:
    """Hold the search, its candidates and the sealed work against their events, before any change.

    `also`: further subjects whose rows count, such as the case's link.
    Raises EvidenceTamperedError when one of them differs; the only change is then the event that
    says so.
    """
    changed = unit.state.first_changed(case.search_id, case.case_id, *also)
    if changed is None:
        return
    found = TamperingFound(case.case_id, changed.ref, changed.seq)
    record(unit, services.surroundings, caller, found, case)
    unit.commit()
    raise EvidenceTamperedError
