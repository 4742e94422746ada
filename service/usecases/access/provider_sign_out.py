"""The identity provider says that a person has signed out there: their sessions end here too."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from domain.access import Caller
from domain.errors import NotFoundError, ProviderRefusedError
from domain.events.access import ProviderSignedOut
from domain.ids import UserId
from domain.refusals import ProviderRefusal
from service.ports.identity import LogoutNotice, sid_sha256, subject_sha256
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.provider_sign_in import PROVIDER
from service.usecases.access.session_events import record_end
from service.usecases.log.recording import record
from service.usecases.services import StoreServices
from service.usecases.workbench import ProviderDesk

OLDEST = timedelta(minutes=10)
"""A notice issued longer ago is refused, so that replays need not be remembered for longer."""

_REMEMBERED = timedelta(hours=1)


def end_by_notice(
    services: StoreServices, desk: ProviderDesk | None, token: str, request_id: str = ""
) -> int:
    """End the sessions that a logout token speaks of, and return how many there were.

    Sessions begun by a password are not the provider's to end. Raises NotFoundError without a
    provider, ProviderRefusedError, ProviderUnavailableError.
    """
    if desk is None:
        raise NotFoundError
    notice = desk.provider.read_logout(token)
    surroundings = services.surroundings
    now = surroundings.clock()
    if now - notice.issued_at > OLDEST:
        raise ProviderRefusedError(reason=ProviderRefusal.TIME)
    caller = Caller(PROVIDER.actor, PROVIDER.purpose, request_id=request_id)
    with services.units.write() as unit:
        digest = hashlib.sha256(f"{notice.issuer}\n{notice.token_id}".encode()).hexdigest()
        if not unit.sessions.take_notice(digest, now, forget_before=now - _REMEMBERED):
            raise ProviderRefusedError(reason=ProviderRefusal.REPLAY)
        user_id = _owner(unit, notice)
        sid = sid_sha256(notice.issuer, notice.session_id) if notice.session_id else None
        is_known = not notice.subject or user_id is not None
        ended = unit.sessions.end_of_provider(user_id, sid, now) if is_known else ()
        record(unit, surroundings, caller, ProviderSignedOut(user_id, len(ended)))
        for session in ended:
            record_end(surroundings, unit, caller, session)
        unit.commit()
    return len(ended)


def _owner(unit: UnitOfWork, notice: LogoutNotice) -> UserId | None:
    """Return the account of the notice's subject, None where it names none that is here."""
    if not notice.subject:
        return None
    account = unit.accounts.by_subject(subject_sha256(notice.issuer, notice.subject))
    return account.user_id if account else None
