"""Logging that an administrator accepts an older log than its keys remember, or a changed key."""

import re

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError
from domain.events.log import KeyAccepted, StateAccepted, StateReason
from domain.store_secrets import StoreSecret
from service.ports.signing import LogSigner
from service.storage.log.checkpoints import StoredCheckpoint
from service.usecases.log.checkpoints import keep_checkpoint, present_checkpoint
from service.usecases.log.recording import record
from service.usecases.log.state_age import StateAge, age_in
from service.usecases.services import StoreServices

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
        with services.units.write() as unit:
            event = _event(found, reason, authority)
            record(unit, services.surroundings, caller, event)
            unit.commit()
        with services.units.read() as unit:
            checkpoint = present_checkpoint(unit, signer)
        note = signer.accept(checkpoint)
    return found, keep_checkpoint(services, checkpoint.size, note)


def _to_accept(services: StoreServices, signer: LogSigner) -> StateAge:
    with services.units.read() as unit:
        found = age_in(unit, signer)
        if found.fault is None:
            raise ConflictError(
                "The database is not older than the checkpoint stored with the keys, so "
                "there is nothing to accept."
            )
        present_checkpoint(unit, signer)
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
    caller.actor.require(Scope.OPERATE)
    with services.units.write() as unit:
        record(unit, services.surroundings, caller, KeyAccepted(secret, key_sha256))
        unit.commit()
