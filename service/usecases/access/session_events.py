"""The events for the begin and the end of a session.

The log's id of a session is derived only from its row.
"""

from domain.access.access import Caller
from domain.access.accounts import Session
from domain.events.access import SessionState, SignedIn, SignedOut
from service.ports.surroundings import Surroundings
from service.provenance.bundle.row_commitments import session_ref
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record


def record_begin(
    surroundings: Surroundings, unit: UnitOfWork, caller: Caller, session: Session, *, by: str
) -> None:
    """Append the event for the begin of a session; `by` is the kind of sign-in."""
    ref, state = session_ref(session), SessionState.OPEN
    record(unit, surroundings, caller, SignedIn(ref, session.user_id, by=by, session=state))


def record_end(
    surroundings: Surroundings, unit: UnitOfWork, caller: Caller, session: Session
) -> None:
    """Append the event for the end of a session.

    A user, an administrator or the identity provider may have ended it.
    """
    ref, state = session_ref(session), SessionState.ENDED
    record(unit, surroundings, caller, SignedOut(ref, session.user_id, session=state))
