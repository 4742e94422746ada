"""Event bodies: canonical JSON (RFC 8785) of strings and safe integers, written and read.

The fields, in the order of RFC 8785, are: actor, at, case_id, event_id, facts, force,
on_behalf_of, payloads, purpose, schema_version, seq, subject_refs, type. An absent force, case or
on-behalf-of is an empty string. A body has no null, no boolean and no float, and every string is
printable ASCII, so that nothing in it can be spelled in two ways.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from domain.access.access import Purpose
from domain.errors import InvalidInputError, LogDamagedError
from domain.events.catalogue import LoggedEvent, NewEvent, PayloadRef, parse
from domain.events.declaring import E, Event, read_as
from domain.ids import CaseId, EventId, EventType, ForceCode, UserId
from domain.plain_values import canonical_json
from service.provenance.body_rules import MOMENT, SCHEMA_VERSION, body_fault, plain_fields

# For what a body may contain (ASCII keys, printable ASCII, integers) this is exactly RFC 8785, in
# C.
_same_as_rfc8785 = canonical_json


# Looking up members in an enumeration is ten times slower.
_PURPOSE_OF = {purpose.value: purpose for purpose in Purpose}


@dataclass(frozen=True, slots=True)
class EventBody:
    """The content of an event's canonical body."""

    seq: int
    event_id: EventId
    event_type: EventType
    at: datetime
    actor: UserId
    on_behalf_of: str
    force: ForceCode | None
    purpose: Purpose
    case_id: CaseId | None
    subject_refs: tuple[str, ...]
    facts: tuple[tuple[str, str | int], ...]
    """Sorted by name."""
    payloads: tuple[PayloadRef, ...]
    schema_version: int = SCHEMA_VERSION

    def typed(self) -> Event:
        """Return the event as its declared type; raises LogDamagedError."""
        return parse(self.event_type, self.subject_refs, self.facts)

    def typed_as(self, kind: type[E]) -> E:
        """Return the event as this type; raises LogDamagedError if it is of another type."""
        if self.event_type != kind.event_type:
            raise LogDamagedError(f"An event is not of the type {kind.event_type}.")
        return read_as(kind, self.subject_refs, self.facts)


def encode_event(event: NewEvent, seq: int) -> LoggedEvent:
    """Give an event its number and its canonical body.

    `seq` counts from 0 without gaps. Raises InvalidInputError for a float, an integer beyond 2^53
    - 1, a time without a zone, a fact stated twice, or text that is not an opaque id or code.
    """
    if len(dict(event.facts)) != len(event.facts):
        raise InvalidInputError(
            "An event states the same fact more than once: state each fact once."
        )
    body = EventBody(
        seq=seq,
        event_id=event.event_id,
        event_type=event.event_type,
        at=_as_utc(event.at),
        actor=event.caller.actor.user_id,
        on_behalf_of=event.caller.on_behalf_of,
        force=event.force,
        purpose=event.caller.purpose,
        case_id=event.case_id,
        subject_refs=event.subject_refs,
        facts=tuple(sorted(event.facts, key=lambda fact: fact[0])),
        payloads=event.payloads,
    )
    return LoggedEvent(
        seq=seq,
        event_id=event.event_id,
        event_type=event.event_type,
        at=body.at,
        body=body_bytes(body),
    )


def body_bytes(body: EventBody) -> bytes:
    """Return the canonical JSON of a body, UTF-8; raises InvalidInputError."""
    fields = {
        "actor": body.actor,
        "at": moment(body.at),
        "case_id": body.case_id or "",
        "event_id": body.event_id,
        "facts": dict(body.facts),
        "force": body.force or "",
        "on_behalf_of": body.on_behalf_of,
        "payloads": [
            {"payload_commitment": payload.commitment, "payload_ref": payload.ref}
            for payload in body.payloads
        ],
        "purpose": str(body.purpose),
        "schema_version": body.schema_version,
        "seq": body.seq,
        "subject_refs": list(body.subject_refs),
        "type": str(body.event_type),
    }
    fault = body_fault(fields)
    if fault:
        raise InvalidInputError(fault)
    return _same_as_rfc8785(fields).encode()


def read_event(body: bytes) -> EventBody:
    """Read a canonical body back; the inverse of `encode_event`.

    Raises LogDamagedError unless the bytes are exactly the canonical form of a body with a known
    schema version, with all fields and no others, and with permitted values.
    """
    fields = plain_fields(body.decode(errors="replace"))
    if fields is None:
        fields = _canonical_fields(body)
    return _body(fields)


def _canonical_fields(body: bytes) -> dict[str, Any]:
    """Return the fields of a canonical body of any form; raises LogDamagedError."""
    fields = _parse(body)
    fault = body_fault(fields)
    if fault:
        raise LogDamagedError(fault)
    # A repeated key, a space or another escape all fail here.
    if _same_as_rfc8785(fields).encode() != body:
        raise LogDamagedError("An event body is not in canonical form.")
    return fields


def moment(at: datetime) -> str:
    """Write a time as RFC 3339 in UTC with six decimals, so that text order is time order.

    Raises InvalidInputError for a time without a zone.
    """
    return _as_utc(at).isoformat(timespec="microseconds")[:-6] + "Z"


def read_moment(text: str) -> datetime:
    """Read a time in the spelling of `moment` and in no other; raises LogDamagedError."""
    if not MOMENT.fullmatch(text):
        raise LogDamagedError("A time is not written as RFC 3339 in UTC with six decimals.")
    return _instant(text)


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise LogDamagedError("An entry of the log has an impossible date or time.") from error


def _as_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise InvalidInputError("The time of an event must have a time zone.")
    return at.astimezone(UTC)


def _body(fields: dict[str, Any]) -> EventBody:
    """Return the body of fields that have no fault."""
    return EventBody(
        seq=fields["seq"],
        event_id=EventId(fields["event_id"]),
        event_type=EventType(fields["type"]),
        at=_instant(fields["at"]),
        actor=UserId(fields["actor"]),
        on_behalf_of=fields["on_behalf_of"],
        force=ForceCode(fields["force"]) if fields["force"] else None,
        purpose=_PURPOSE_OF[fields["purpose"]],
        case_id=CaseId(fields["case_id"]) if fields["case_id"] else None,
        subject_refs=tuple(fields["subject_refs"]),
        facts=tuple(fields["facts"].items()),
        payloads=tuple(
            PayloadRef(ref=payload["payload_ref"], commitment=payload["payload_commitment"])
            for payload in fields["payloads"]
        ),
        schema_version=fields["schema_version"],
    )


def _parse(body: bytes) -> dict[str, Any]:
    try:
        fields = _decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise LogDamagedError("An event body is not JSON.") from error
    if type(fields) is not dict:
        raise LogDamagedError("An event body must be one JSON object.")
    return fields


def _refuse(_number: str) -> NoReturn:
    raise LogDamagedError("An event body must not contain numbers other than whole numbers.")


_decode = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode
