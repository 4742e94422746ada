"""A message as canonical JSON (RFC 8785), and back.

A message is one object. It has the member `envelope`, and the content under the name of its kind.
Keys are ASCII and numbers are whole, so JSON with sorted keys and without spaces is the canonical
form.
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from domain.exchange.codes import (
    FaultCode,
    MessageFaultError,
    MessageKind,
    MessageNumber,
    message_id_of,
)
from domain.exchange.messages import CONTENTS, NAMES, Envelope, Message
from domain.exchange.shapes import plain, value_from

MOST_BYTES = 4_000_000
"""The maximum size of one message in bytes."""

_KINDS = {name: kind for kind, name in NAMES.items()}
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def plain_message(message: Message) -> dict[str, Any]:
    """Return a message as JSON values."""
    return {"envelope": plain(message.envelope), NAMES[message.kind]: plain(message.content)}


def write_message(message: Message) -> bytes:
    """Return the canonical JSON of a message, in UTF-8."""
    return _encode(plain_message(message)).encode()


def read_message(body: bytes) -> Message:
    """Return the message that JSON states. The JSON need not be canonical. Raises
    MessageFaultError.
    """
    if len(body) > MOST_BYTES:
        raise MessageFaultError(fault=FaultCode.TOO_LARGE)
    try:
        stated = _decode(body.decode())
    except (ValueError, RecursionError):
        raise MessageFaultError(fault=FaultCode.MALFORMED) from None
    return message_from(stated)


def message_from(stated: Any) -> Message:
    """Return the message that JSON values state.

    Raises MessageFaultError, which contains the id of the message if that could be read.
    """
    try:
        return _message_from(stated)
    except MessageFaultError as fault:
        envelope = stated.get("envelope") if isinstance(stated, Mapping) else None
        if isinstance(envelope, Mapping):
            fault.about = message_id_of(envelope.get("message_id"))
        raise


def _message_from(stated: Any) -> Message:
    if not isinstance(stated, Mapping) or len(stated) != 2 or "envelope" not in stated:
        raise MessageFaultError(fault=FaultCode.MALFORMED)
    name = next(key for key in stated if key != "envelope")
    kind = _KINDS.get(name)
    if kind is None:
        raise MessageFaultError(fault=FaultCode.MALFORMED)
    envelope = value_from(Envelope, stated["envelope"], "/envelope")
    _demand_one_story(envelope, kind)
    return Message(envelope, value_from(CONTENTS[kind], stated[name], f"/{name}"))


def _demand_one_story(envelope: Envelope, kind: MessageKind) -> None:
    """Check that the id names the same sender, receiver and kind as the rest of the message.
    Raises MessageFaultError.
    """
    number = MessageNumber.of(envelope.message_id)
    is_one = (
        number.sender == envelope.sender
        and number.receiver in envelope.receivers
        and number.kind is kind
    )
    if not is_one:
        raise MessageFaultError(fault=FaultCode.MALFORMED, pointer="/envelope/message_id")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_float(_number: str) -> NoReturn:
    raise ValueError


_decode = json.JSONDecoder(
    parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_once
).decode
