"""The events that a restore adds: erasures and withdrawals that it repeats after a backup."""

from collections.abc import Sequence
from typing import assert_never

from domain.access.access import Caller
from domain.events import access as events
from domain.events.catalogue import NewEvent
from domain.events.declaring import Event
from domain.events.messages import WebhookChanged, WebhookRemoved
from domain.events.people import Erased
from domain.ids import ClientId, ClientKeyId, EndpointId, FactorId, PersonId, TokenId, UserId
from service.ports.surroundings import Surroundings
from service.provenance.vault.key_stores import Access, WithdrawnAgain
from service.usecases.log.recording import Concern, new_event

_ERASED = "erased after the backup was made"
_REVOKED = "revoked after the backup was made"
_RESTORE = "restore"


def gone_again(
    surroundings: Surroundings,
    caller: Caller,
    person_ids: Sequence[PersonId],
    withdrawn: Sequence[WithdrawnAgain],
) -> tuple[NewEvent, ...]:
    """Return an event for each erasure and withdrawal that the restored backup did not know of."""
    erasures = (
        new_event(surroundings, caller, Erased((person_id,), _ERASED, _RESTORE), Concern())
        for person_id in person_ids
    )
    withdrawals = (
        new_event(surroundings, caller, _withdrawal(again), Concern(again.force))
        for again in withdrawn
    )
    return (*erasures, *withdrawals)


def _withdrawal(again: WithdrawnAgain) -> Event:  # noqa: PLR0911 - one for each kind
    """Return the event that the use case for withdrawing this kind of access would append."""
    ref, *others = again.about
    match again.access:
        case Access.TOKEN:
            return events.TokenRevoked(TokenId(ref), _REVOKED, _RESTORE)
        case Access.CLIENT:
            return events.ClientRevoked(ClientId(ref), _REVOKED, _RESTORE)
        case Access.CLIENT_KEY:
            client_id = ClientId(others[0]) if others else None
            return events.ClientKeyRevoked(ClientKeyId(ref), client_id, _REVOKED, _RESTORE)
        case Access.ACCOUNT | Access.PASSWORD | Access.SUBJECT:
            return _of_account(again, UserId(ref))
        case Access.SECOND_FACTOR:
            return _of_factor(again)
        case Access.WEBHOOK | Access.WEBHOOK_SECRET:
            kind = WebhookRemoved if again.access is Access.WEBHOOK else WebhookChanged
            version, digest = again.secret_version, again.row_sha256
            return kind(EndpointId(ref), version, digest, _REVOKED, _RESTORE)
        case _:
            assert_never(again.access)


def _of_account(again: WithdrawnAgain, user_id: UserId) -> events.AccountChanged:
    is_password, is_subject = (again.access is each for each in (Access.PASSWORD, Access.SUBJECT))
    change = events.AccountChange.UNLINKED if is_subject else events.AccountChange.DISABLED
    return events.AccountChanged(
        user_id,
        events.AccountChange.PASSWORD if is_password else change,
        row_sha256=again.row_sha256 if is_password else None,
        subject_commitment=events.NO_SUBJECT if is_subject else None,
        basis=_REVOKED,
        authority=_RESTORE,
    )


def _of_factor(again: WithdrawnAgain) -> events.SecondFactorRemoved:
    ref, *others = again.about
    owner = UserId(others[0]) if others else None
    return events.SecondFactorRemoved(FactorId(ref), owner, basis=_REVOKED, authority=_RESTORE)
