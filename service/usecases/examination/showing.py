"""The record of the prints that a person was given: a row and its event, in one step."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller
from domain.cases import Case
from domain.events.examination import PrintShown
from domain.ids import ShownPrintId
from domain.prints import FingerPosition
from domain.shown_prints import ShownAs, ShownPrint
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class Showing:
    """A print as it is about to be given."""

    label: str
    position: FingerPosition
    content: ShownAs


def put_on_record(services: StoreServices, caller: Caller, case: Case, showing: Showing) -> None:
    """Store once that the caller was given a print of a case, with its event.

    The first time counts, and nothing is stored after the caller's own decision.
    """
    made = services.surroundings
    me = caller.actor.user_id
    shown = ShownPrint(
        ShownPrintId(made.new_id()),
        case.case_id,
        me,
        showing.label,
        showing.position,
        showing.content,
        made.clock(),
    )
    with services.units.read() as unit:
        known = unit.findings.shown_to(case.case_id, me)
    if any(one.is_again(shown) for one in known):
        return
    with services.units.write() as unit:
        if unit.findings.show(shown):
            told = PrintShown(
                shown.print_id, case.case_id, shown.label, int(shown.position), shown.content
            )
            record(unit, made, caller, told, case)
            unit.commit()
