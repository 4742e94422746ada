"""Rules for the bodies of events, which hold no personal data."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from domain.access.access import Purpose
from domain.events.catalogue import KINDS

SCHEMA_VERSION = 1
"""The only version of the body so far; a reader refuses a version that it does not know."""

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader reads exactly (RFC 7493, section 2.2)."""

MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
"""RFC 3339 in UTC with six decimals, the only spelling of a time that is accepted."""

# An id is opaque and has no space, so that neither a sentence nor a full name can pass for an id.
_IS_OPAQUE = re.compile(r"[A-Za-z0-9._:@/+=-]{1,200}").fullmatch
_IS_OPAQUE_OR_EMPTY = re.compile(r"[A-Za-z0-9._:@/+=-]{0,200}").fullmatch
_IS_FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}").fullmatch
_IS_FACT_TEXT = re.compile(r"[\x20-\x7e]{0,200}").fullmatch
_IS_COMMITMENT = re.compile(r"[0-9a-f]{64}").fullmatch

_OPAQUE_FIELDS = ("event_id", "actor")
_OPTIONAL_FIELDS = ("on_behalf_of", "force", "case_id")
_FIELDS = frozenset(
    {*_OPAQUE_FIELDS, *_OPTIONAL_FIELDS, "at", "facts", "payloads", "purpose"}
    | {"schema_version", "seq", "subject_refs", "type"}
)
_PAYLOAD_FIELDS = {"payload_commitment", "payload_ref"}
_PURPOSES = {str(purpose): purpose for purpose in Purpose}


def body_fault(fields: dict[str, Any]) -> str:
    """Return the fault of a body's fields in one sentence; empty if there is none."""
    if fields.keys() != _FIELDS:
        return "An event body lacks a field or has an unknown field."
    if fields["schema_version"] != SCHEMA_VERSION or type(fields["schema_version"]) is not int:
        return "An event body has an unknown schema version."
    if not _is_safe_integer(fields["seq"]) or fields["seq"] < 0:
        return "The number of an event must be a whole number from 0."
    return _text_fault(fields) or _parts_fault(fields)


def _text_fault(fields: dict[str, Any]) -> str:
    for name in _OPAQUE_FIELDS:
        if not _matches(_IS_OPAQUE, fields[name]):
            return f"The field {name} of an event must be an opaque id."
    for name in _OPTIONAL_FIELDS:
        if not _matches(_IS_OPAQUE_OR_EMPTY, fields[name]):
            return f"The field {name} of an event must be an opaque id or empty."
    if not _matches(MOMENT.fullmatch, fields["at"]):
        return "The time of an event must be RFC 3339 in UTC with six decimals."
    if not _matches(KINDS.get, fields["type"]) or not _matches(_PURPOSES.get, fields["purpose"]):
        return "The type or the purpose of an event is not a known code."
    return ""


def _parts_fault(fields: dict[str, Any]) -> str:
    facts, refs, payloads = fields["facts"], fields["subject_refs"], fields["payloads"]
    if type(facts) is not dict or type(refs) is not list or type(payloads) is not list:
        return (
            "The facts of an event must be an object, and its references and payloads"
            " must be lists."
        )
    if not all(_matches(_IS_OPAQUE, ref) for ref in refs):
        return "A reference in an event must be an opaque id."
    if not all(
        _IS_FACT_NAME(name) and (_is_safe_integer(value) or _matches(_IS_FACT_TEXT, value))
        for name, value in facts.items()
    ):
        return (
            "A fact must have a lower-case name, and its value must be printable ASCII"
            " or a safe integer."
        )
    if not all(
        type(payload) is dict
        and payload.keys() == _PAYLOAD_FIELDS
        and _matches(_IS_OPAQUE, payload["payload_ref"])
        and _matches(_IS_COMMITMENT, payload["payload_commitment"])
        for payload in payloads
    ):
        return (
            "A payload in an event must be a reference and a commitment of 64 hexadecimal digits."
        )
    return ""


def _matches(pattern: Any, value: Any) -> bool:
    return isinstance(value, str) and pattern(value) is not None


def _is_safe_integer(value: Any) -> bool:
    # Python counts a boolean as an int, but every other reader of JSON does not.
    return type(value) is int and -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER


# A text without quotation marks and backslashes is written in JSON unchanged. Integers of 15
# digits are safe.
_OPAQUE = "[A-Za-z0-9._:@/+=-]{1,200}"
_REF = f'"{_OPAQUE}"'
_OPTIONAL = "[A-Za-z0-9._:@/+=-]{0,200}"
_INTEGER = "(?:0|-?[1-9][0-9]{0,14})"
_FACT = rf'"[a-z][a-z0-9_]{{0,63}}":(?:"[ !#-\[\]-~]{{0,200}}"|{_INTEGER})'
_PAYLOAD = rf'{{"payload_commitment":"[0-9a-f]{{64}}","payload_ref":"{_OPAQUE}"}}'


def _list_of(item: str) -> str:
    return f"((?:{item}(?:,{item})*+)?+)"


def _one_of(words: Iterable[str]) -> str:
    return f'"({"|".join(map(re.escape, words))})"'


_FORM = (
    rf'{{"actor":"({_OPAQUE})","at":"({MOMENT.pattern})","case_id":"({_OPTIONAL})"',
    rf'"event_id":"({_OPAQUE})","facts":{{{_list_of(_FACT)}}}',
    rf'"force":"({_OPTIONAL})","on_behalf_of":"({_OPTIONAL})"',
    rf'"payloads":\[{_list_of(_PAYLOAD)}\],"purpose":{_one_of(Purpose)}',
    rf'"schema_version":{SCHEMA_VERSION},"seq":(0|[1-9][0-9]{{0,14}})',
    rf'"subject_refs":\[{_list_of(_REF)}\],"type":{_one_of(KINDS)}}}',
)
_BODY = re.compile(",".join(_FORM)).fullmatch
_NAMED_FACT = re.compile(rf'"([a-z][a-z0-9_]*)":(?:"([^"]*)"|({_INTEGER}))').findall
_NAMED_PAYLOAD = re.compile(rf'"([0-9a-f]{{64}})","payload_ref":"({_OPAQUE})"').findall


def plain_fields(text: str) -> dict[str, Any] | None:
    """Return the fields of a canonical body in the most common form; None for any other text."""
    match = _BODY(text)
    if match is None:
        return None
    actor, at, case_id, event_id, told, force, behalf, sealed, purpose, seq, refs, kind = (
        match.groups()
    )
    named = _NAMED_FACT(told)
    if any(one[0] >= other[0] for one, other in pairwise(named)):
        return None
    return {
        "actor": actor,
        "at": at,
        "case_id": case_id,
        "event_id": event_id,
        "facts": {name: int(number) if number else word for name, word, number in named},
        "force": force,
        "on_behalf_of": behalf,
        "payloads": [
            {"payload_commitment": commitment, "payload_ref": ref}
            for commitment, ref in _NAMED_PAYLOAD(sealed)
        ],
        "purpose": purpose,
        "schema_version": SCHEMA_VERSION,
        "seq": int(seq),
        "subject_refs": refs[1:-1].split('","') if refs else [],
        "type": kind,
    }
