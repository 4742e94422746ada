"""What administrators do with the whole log, always logged: export it, back it up, restore it, and
accept an older log than the keys remember, or a changed key.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import assert_never

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError, InvalidNoteError
from domain.events import access as events
from domain.events.catalogue import NewEvent
from domain.events.declaring import Event
from domain.events.log import (
    BackupBegun,
    KeyAccepted,
    KeysLost,
    LogExportBegun,
    StateAccepted,
    StateReason,
)
from domain.events.messages import WebhookChanged, WebhookRemoved
from domain.events.people import Erased
from domain.ids import ClientId, ClientKeyId, EndpointId, FactorId, PersonId, TokenId, UserId
from domain.store_secrets import StoreSecret
from service.ports.signing import LogSigner
from service.ports.surroundings import Surroundings
from service.provenance.bundle.bundle import BundleParts, TrustedKeys, write_bundle
from service.provenance.log.note_keys import VerifierKey
from service.provenance.vault.key_stores import Access, WithdrawnAgain
from service.storage.log.checkpoints import StoredCheckpoint
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log import checkpoints
from service.usecases.log.recording import Concern, new_event, record
from service.usecases.log.state_age import StateAge, age_in
from service.usecases.services import StoreServices


def export_log(
    services: StoreServices, signer: LogSigner, path: Path, witnesses: tuple[VerifierKey, ...]
) -> int:
    """Write a bundle of the present log and return its number of events.

    A checkpoint over all of them is made first. Raises LogDamagedError if the log does not
    continue its last checkpoint, and InvalidNoteError if a stored note does not verify or belongs
    to another history.
    """
    covered = checkpoints.make_checkpoint(services, signer).size
    keys = TrustedKeys(signer.verifier, witnesses)
    with services.units.read() as unit:
        if checkpoints.notes_of_another_history(unit):
            raise InvalidNoteError("A witness cosigned another history of the log.")
        parts = BundleParts(
            keys=keys,
            checkpoints=checkpoints.signed_notes(unit, keys, up_to=covered),
            bodies=_bodies(unit, covered),
            rows=unit.state.rows() if unit.events.size() == covered else (),
        )
        if unit.events.size() == covered:
            write_bundle(path, parts)
            return covered
    # An event was written between the signature and the snapshot: sign the log as it is now.
    return export_log(services, signer, path, witnesses)


def _bodies(unit: UnitOfWork, count: int) -> Iterator[bytes]:
    for entry in unit.events.every():
        if entry.seq >= count:
            return
        yield entry.body


def hand_out_log(
    services: StoreServices,
    signer: LogSigner,
    caller: Caller,
    path: Path,
    witnesses: tuple[VerifierKey, ...],
) -> int:
    """Log the export, then write a bundle that ends with this event; return its number of events.

    Raises LogDamagedError, InvalidNoteError; then no bundle is written.
    """
    # A log that does not continue its last checkpoint is refused before anything is added to it.
    checkpoints.make_checkpoint(services, signer)
    with services.units.begin() as unit:
        record(services, unit, caller, LogExportBegun(events=unit.events.size()))
    return export_log(services, signer, path, witnesses)


def begin_backup(services: StoreServices, caller: Caller, *, with_keys: bool) -> None:
    """Log that a backup is being made. The backup then contains this event."""
    with services.units.begin() as unit:
        record(services, unit, caller, BackupBegun(with_keys=with_keys))


_ERASED = "erased after the backup was made"
_REVOKED = "revoked after the backup was made"
_RESTORE = "restore"


def gone_again(
    surroundings: Surroundings,
    caller: Caller,
    person_ids: Sequence[PersonId],
    lost: Mapping[PersonId, int],
    withdrawn: Sequence[WithdrawnAgain],
) -> tuple[NewEvent, ...]:
    """Return an event for each erasure and withdrawal that the restored backup did not know of,
    and for each person who lost payloads without having been erased.
    """
    erasures = (
        new_event(surroundings, caller, Erased((person_id,), _ERASED, _RESTORE), Concern())
        for person_id in person_ids
    )
    withdrawals = (
        new_event(surroundings, caller, _withdrawal(again), Concern(again.force))
        for again in withdrawn
    )
    losses = (
        new_event(surroundings, caller, KeysLost((person_id,), payloads), Concern())
        for person_id, payloads in lost.items()
    )
    return (*erasures, *losses, *withdrawals)


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


_IS_REFERENCE = re.compile(r"[A-Za-z0-9._:@/+=-]{1,64}").fullmatch


def accept_state(
    services: StoreServices,
    signer: LogSigner,
    caller: Caller,
    *,
    reason: StateReason,
    authority: str | None,
) -> tuple[StateAge, StoredCheckpoint]:
    """Append the event and store a checkpoint of the resulting log with the keys.

    Returns the state before and the new checkpoint. After a crash in between, call it again.
    Raises ConflictError if the log is not behind the checkpoint stored with the keys,
    InvalidInputError if `authority` is not a reference, and LogDamagedError if the head of the log
    does not match its tree.
    """
    if authority is not None and not _IS_REFERENCE(authority):
        raise InvalidInputError(
            "The authority must be a reference without spaces, such as the number of "
            "a change request."
        )
    with signer.alone():
        found = _to_accept(services, signer)
        with services.units.begin() as unit:
            record(services, unit, caller, _event(found, reason, authority))
        with services.units.read() as unit:
            checkpoint = checkpoints.present_checkpoint(unit, signer)
        note = signer.accept(checkpoint)
    return found, checkpoints.keep_checkpoint(services, checkpoint.size, note)


def _to_accept(services: StoreServices, signer: LogSigner) -> StateAge:
    with services.units.read() as unit:
        found = age_in(unit, signer)
        if found.fault is None:
            raise ConflictError(
                "The database is not older than the checkpoint stored with the keys, so "
                "there is nothing to accept."
            )
        checkpoints.present_checkpoint(unit, signer)
        return found


def _event(found: StateAge, reason: StateReason, authority: str | None) -> StateAccepted:
    signed = found.remembered.checkpoint if found.remembered else None
    return StateAccepted(
        events=found.size,
        root=found.root.hex(),
        reason=reason,
        remembered_events=signed.size if signed else None,
        remembered_root=signed.root.hex() if signed else None,
        authority=authority,
    )


def record_accepted_key(
    services: StoreServices, caller: Caller, secret: StoreSecret, key_sha256: str
) -> None:
    """Log that a key is accepted. Raises NotPermittedError."""
    with services.begin(caller, Scope.OPERATE) as unit:
        record(services, unit, caller, KeyAccepted(secret, key_sha256))
