"""`identlink log age` compares the database with the checkpoint stored with its keys;
`accept-state` accepts an older database.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from domain.events.log import StateReason
from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_unaged_store
from service.cli.context import CONSOLE, Call
from service.usecases.log.administration import accept_state as accept
from service.usecases.log.state_age import AgeFault, StateAge, age_of

ReasonOption = Annotated[StateReason, typer.Option(help="Why the state is accepted.")]
AuthorityOption = Annotated[
    str, typer.Option(help="Reference of the order, such as a change number.")
]


def age(call: Call) -> None:
    """Show whether the database continues the checkpoint stored with its keys, and what to do.

    Exit code 1 if it does not.
    """
    settings = call.existing()
    with open_unaged_store(settings) as services:
        found = age_of(services, open_log_signer(settings))
    call.say("\n".join(_lines(found)), _facts(found), is_wrong=found.fault is not None)


def accept_state(call: Call, *, reason: ReasonOption, authority: AuthorityOption) -> None:
    """Accept a database that does not continue its keys' stored checkpoint; this is recorded.

    The old checkpoint stays beside the new one as evidence. Witnesses will still notice.
    """
    settings = call.existing()
    with open_unaged_store(settings) as services:
        before, made = accept(
            services, open_log_signer(settings), CONSOLE, reason=reason, authority=authority
        )
    facts = {**_facts(before), "accepted_events": made.size}
    call.say(
        f"Accepted: the checkpoint stored with the keys now covers {made.size} events.", facts
    )


def _facts(found: StateAge) -> dict[str, Any]:
    known = found.remembered
    return {
        "fault": found.fault,
        "events": found.size,
        "root": found.root.hex(),
        "last_event_at": found.last_event_at.isoformat() if found.last_event_at else None,
        "remembered_events": known.checkpoint.size if known else None,
        "remembered_root": known.checkpoint.root.hex() if known else None,
        "remembered_at": known.written_at.isoformat() if known else None,
        "witnessed_events": found.witnessed.checkpoint.size if found.witnessed else None,
        "agreed_events": found.agreed.size if found.agreed else None,
        "agreed_at": found.agreed.signed_at.isoformat() if found.agreed else None,
    }


def _lines(found: StateAge) -> Iterator[str]:
    yield found.sentence
    yield _database(found)
    if found.remembered is not None:
        signed = found.remembered
        yield (
            f"Keys: {signed.checkpoint.size} events, remembered since"
            f" {signed.written_at.isoformat()}."
        )
    if found.fault is not None:
        if found.agreed is not None:
            yield (
                f"The newest stored checkpoint of this key that the database continues:"
                f" {found.agreed.size} events, signed at {found.agreed.signed_at.isoformat()}."
            )
        yield _verdict(found) if found.witnessed is None else _WITNESS
        yield _ADVICE[found.fault]
        yield _LAST_RESORT
        if found.witnessed is not None:
            yield _NEW_WITNESS


def _database(found: StateAge) -> str:
    last = f", the last at {found.last_event_at.isoformat()}" if found.last_event_at else ""
    return f"Database: {found.size} events{last}."


def _verdict(found: StateAge) -> str:
    agreed = found.agreed.size if found.agreed else 0
    if found.remembered is None:
        return _WITHOUT_MEMORY.format(agreed=agreed) if agreed else _NEW_KEY
    signed = found.remembered.checkpoint.size
    if not agreed:
        return _ANOTHER
    if agreed >= signed:
        return _SIGNED_BOTH
    if found.fault is AgeFault.SHORTER:
        return _EARLIER.format(missing=signed - found.size)
    return _REPLACED.format(replaced=signed - agreed, agreed=agreed)


_WITNESS = (
    "The witness is right: database and keys agree with each other, but both are"
    " older than the checkpoint that the witness cosigned, or differ from it."
)
_WITHOUT_MEMORY = (
    "The database agrees with its own checkpoint of {agreed} events. Without"
    " the checkpoint stored with the keys, nothing shows whether later events are missing."
)
_NEW_KEY = (
    "This key has signed nothing in the database: the key is new, or belongs to another log."
)
_ANOTHER = (
    "Nothing in the database was signed by this key: either the database or the key"
    " belongs to another store."
)
_SIGNED_BOTH = "This key signed both states: the witnesses' checkpoints show which state is right."
_EARLIER = (
    "The keys are right: the database is an earlier state of the same log, and at least {missing}"
    " events are missing."
)
_REPLACED = (
    "The keys are right: after the first {agreed} events, up to {replaced} signed"
    " events were replaced by others."
)
_ADVICE = {
    AgeFault.SHORTER: "Stop all processes, and restore the newest backup or the right database.",
    AgeFault.DIFFERENT: "Stop all processes, keep a copy of the database as evidence, and restore"
    " the newest backup.",
    AgeFault.WITNESS_AHEAD: "Stop all processes, and restore the newest backup, or the right"
    " database and the keys that belong to it.",
    AgeFault.WITNESS_DIFFERS: "Stop all processes, keep a copy of database and keys as evidence,"
    " and restore the newest backup.",
    AgeFault.MEMORY_MISSING: "Restore checkpoint.key and checkpoint.last from the backup of the"
    " keys, and compare with the checkpoints of the witnesses.",
    AgeFault.MEMORY_DAMAGED: "Restore checkpoint.key and checkpoint.last from the backup of the"
    " keys, and compare with the checkpoints of the witnesses.",
}
_NEW_WITNESS = (
    "Tell the operators of the witness, who must start its memory again by"
    " hand; then remove its old note from IDENTLINK_WITNESS_NOTES."
)
_LAST_RESORT = (
    "If neither is possible: `identlink log accept-state --reason CODE --authority REFERENCE`."
)
