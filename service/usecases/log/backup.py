"""What the log says when a restored backup learns what was erased or withdrawn since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from domain.access import Caller
from domain.events import EventType, NewEvent
from domain.ids import EventId, ForceCode, PersonId
from service.ports.surroundings import Surroundings
from service.provenance.bundle.row_commitments import NO_SUBJECT, ROW, SUBJECT
from service.provenance.vault.withdrawals import Access, WithdrawnAgain
from service.usecases.log.recording import Fact


def gone_again(
    surroundings: Surroundings,
    caller: Caller,
    person_ids: Sequence[PersonId],
    withdrawn: Sequence[WithdrawnAgain],
) -> tuple[NewEvent, ...]:
    """Return an event for each erasure and withdrawal that a restored backup had not heard of."""
    erasures = (
        _event(surroundings, caller, EventType.ERASED, (person_id,), basis=_ERASED)
        for person_id in person_ids
    )
    withdrawals = (
        _event(
            surroundings,
            caller,
            _EVENT_TYPES[again.access],
            again.about,
            basis=_REVOKED,
            force=again.force,
            facts=_facts_of(again),
        )
        for again in withdrawn
    )
    return (*erasures, *withdrawals)


_ERASED = "erased after the backup was made"
_REVOKED = "revoked after the backup was made"


def _event(  # noqa: PLR0913 - an event has this many parts, each named at the call
    surroundings: Surroundings,
    caller: Caller,
    event_type: EventType,
    about: tuple[str, ...],
    *,
    basis: str,
    force: ForceCode | None = None,
    facts: tuple[Fact, ...] = (),
) -> NewEvent:
    return NewEvent(
        event_id=EventId(surroundings.new_id()),
        event_type=event_type,
        at=surroundings.clock(),
        caller=caller,
        force=force,
        subject_refs=about,
        facts=(("basis", basis), ("authority", "restore"), *facts),
    )


_EVENT_TYPES: Mapping[Access, EventType] = {
    Access.TOKEN: EventType.TOKEN_REVOKED,
    Access.CLIENT: EventType.CLIENT_REVOKED,
    Access.CLIENT_KEY: EventType.CLIENT_KEY_REVOKED,
    Access.ACCOUNT: EventType.ACCOUNT_CHANGED,
    Access.PASSWORD: EventType.ACCOUNT_CHANGED,
    Access.SUBJECT: EventType.ACCOUNT_CHANGED,
    Access.WEBHOOK: EventType.WEBHOOK_REMOVED,
    Access.WEBHOOK_SECRET: EventType.WEBHOOK_CHANGED,
}


def _facts_of(again: WithdrawnAgain) -> tuple[Fact, ...]:
    """Return what the use case that withdraws such access states as well."""
    match again.access:
        case Access.TOKEN | Access.CLIENT | Access.CLIENT_KEY:
            return ()
        case Access.ACCOUNT:
            return (("change", "disabled"),)
        case Access.PASSWORD:
            return (("change", "password"), (ROW, again.row_sha256))
        case Access.SUBJECT:
            return (("change", "unlinked"), (SUBJECT, NO_SUBJECT))
        case Access.WEBHOOK | Access.WEBHOOK_SECRET:
            return (("secret_version", again.secret_version), (ROW, again.row_sha256))
        case _:
            assert_never(again.access)
