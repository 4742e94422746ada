"""Bodies of the common form, read by one pattern: verification reads them by the million.

The pattern is stricter than the rules of a body. A text that it matches is canonical and has no
fault; any other is left to the reader that knows every form, and finds the fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from domain.access import Purpose
from domain.events.catalogue import KINDS
from service.provenance.body_rules import MOMENT, SCHEMA_VERSION

# Without quotation marks and backslashes, a text stands in JSON as it is. Integers of 15 digits
# are safe.
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
    """Return the fields of a canonical body of the common form; None for any other text."""
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
