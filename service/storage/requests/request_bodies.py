"""The payloads of requests and disclosures."""

from __future__ import annotations

from typing import Any

from domain.disclosures import Disclosure
from domain.errors import InvalidInputError, VaultDamagedError
from domain.plain_values import plain, read_plain
from domain.requests import Ask
from domain.restrictions import Restrictions
from service.storage.engine.json_bodies import from_bytes, to_bytes

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, InvalidInputError)


def ask_body(ask: Ask, restrictions: Restrictions) -> bytes:
    """Return the body of what was asked, and for which purposes it may be used."""
    return to_bytes({"ask": plain(ask), "restrictions": plain(restrictions)})


def read_ask(body: bytes) -> tuple[Ask, Restrictions]:
    """Read the body of what was asked; raises VaultDamagedError when it is malformed."""
    values = from_bytes(body)
    try:
        return (
            read_plain(Ask, values["ask"]),
            read_plain(Restrictions, values["restrictions"]),
        )
    except _MALFORMED as error:
        raise VaultDamagedError("The payload of a request has the wrong format.") from error


def disclosure_body(disclosure: Disclosure) -> bytes:
    """Return what the recipient is told: each item with the restrictions that travel with it."""
    return to_bytes(disclosure_json(disclosure))


def disclosure_json(disclosure: Disclosure) -> dict[str, Any]:
    """Return what the recipient is told, as JSON values."""
    return {
        "outcome": disclosure.outcome.value,
        "items": [
            {"ref": plain(item.held.ref), "conviction": plain(item.held.conviction)}
            for item in disclosure.items
        ],
        "states_to_ask": list(disclosure.states_to_ask),
        "words": disclosure.words,
    }
