"""JSON bodies: compact, sorted keys, UTF-8, so that equal values have equal bytes.

A number keeps every bit: Python writes the shortest text that reads back as the same float.
"""

from __future__ import annotations

import json
from typing import Any

from domain.errors import VaultDamagedError

_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False
).encode

_decode = json.JSONDecoder().decode
_decode_from = json.JSONDecoder().raw_decode


def to_bytes(value: Any) -> bytes:
    """Return the body of a value of dictionaries, lists, texts, numbers and None."""
    return _encode(value).encode()


def from_bytes(body: bytes) -> Any:
    """Read a body back; raises VaultDamagedError when it is no JSON."""
    try:
        return _decode(body.decode())
    except ValueError as error:
        raise VaultDamagedError("Stored content is damaged: restore it from a backup.") from error


def member_of(body: bytes, name: str) -> Any:
    """Read one member of an object and pass over the others; raises VaultDamagedError.

    The body is as `to_bytes` writes it, and no object inside has a member of this name. In a text
    quotation marks are escaped, so that none passes for the name.
    """
    marker = f'"{name}":'
    try:
        text = body.decode()
        return _decode_from(text, text.index(marker) + len(marker))[0]
    except ValueError as error:
        raise VaultDamagedError("Stored content is damaged: restore it from a backup.") from error
