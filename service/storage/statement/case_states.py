"""The states of cases, compared with what rows and events say was done in them.

A state moves, and no digest covers it. What moved it is written once: decisions, the link, and the
event of a case that was closed without one.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, and_, exists, or_, select

from domain.cases import CaseState
from domain.events.links import NotLinked
from service.storage.statement.astray import Astray, Fault, astray
from service.storage.tables.cases import cases, decisions
from service.storage.tables.links import links
from service.storage.tables.log import event_subjects, events

_other = decisions.alias("other")
_IS_LINKED = exists().where(links.c.case_id == cases.c.case_id)
_IS_CLOSED = exists(
    select(events.c.seq)
    .join(event_subjects, event_subjects.c.seq == events.c.seq)
    .where(
        event_subjects.c.subject_ref == cases.c.case_id,
        events.c.event_type == NotLinked.event_type,
    )
    .correlate(cases)
)
_IS_DECIDED = exists().where(decisions.c.case_id == cases.c.case_id)
_TWO = (
    decisions.c.case_id == cases.c.case_id,
    _other.c.case_id == cases.c.case_id,
    _other.c.decision_row > decisions.c.decision_row,
)
_IS_DECIDED_TWICE = exists(select(decisions.c.case_id).where(*_TWO).correlate(cases))
_STATE = cases.c.state
_MISPLACED = select(cases.c.case_row).where(
    or_(
        (_STATE == CaseState.LINKED) != _IS_LINKED,
        (_STATE == CaseState.NOT_LINKED) != _IS_CLOSED,
        and_(_STATE == CaseState.WAITING, _IS_DECIDED),
        # One decision, or several that differ: then another examiner is asked.
        and_(_STATE == CaseState.VERIFYING, ~_IS_DECIDED),
        and_(_STATE == CaseState.DIFFERING, ~_IS_DECIDED_TWICE),
        _STATE.not_in(list(CaseState)),
    )
)


def misplaced_cases(connection: Connection) -> Iterator[Astray]:
    """Yield the cases whose state is not that of what was done in them."""
    yield from astray(connection, Fault.MISPLACED, cases, _MISPLACED)
