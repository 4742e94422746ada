"""What the log says of sessions: when each began and ended, by an id that its row alone gives."""

from __future__ import annotations

from domain.access import Caller
from domain.accounts import Session
from domain.events import EventType
from service.ports.surroundings import Surroundings
from service.provenance.bundle.row_commitments import ENDED, OPEN, SESSION, session_ref
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record


def record_begin(
    surroundings: Surroundings, unit: UnitOfWork, caller: Caller, session: Session, *, by: str
) -> None:
    """Append the event of a session that begins; `by` is what opened it."""
    about = (session_ref(session), session.user_id)
    facts = (("by", by), (SESSION, OPEN))
    record(unit, surroundings, caller, EventType.SIGNED_IN, about=about, facts=facts)


def record_end(
    surroundings: Surroundings, unit: UnitOfWork, caller: Caller, session: Session
) -> None:
    """Append the event of a session that was ended, by its user or by an administrator."""
    about = (session_ref(session), session.user_id)
    facts = ((SESSION, ENDED),)
    record(unit, surroundings, caller, EventType.SIGNED_OUT, about=about, facts=facts)
