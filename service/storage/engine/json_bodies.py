"""JSON bodies in a canonical form: compact, sorted keys, UTF-8, so equal values give equal bytes.

Numbers keep full precision: Python writes the shortest text that reads back as the same float.
"""

import json
from typing import Any

from domain.errors import VaultDamagedError

_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False
).encode

_decode = json.JSONDecoder().decode
_decode_from = json.JSONDecoder().raw_decode


def to_bytes(value: Any) -> bytes:
    """Return the body for a value made of dictionaries, lists, texts, numbers and None."""
    return _encode(value).encode()


def from_bytes(body: bytes) -> Any:
    """Return the value in a body. Raises VaultDamagedError when the body is not JSON."""
    try:
        return _decode(body.decode())
    except ValueError as error:
        raise VaultDamagedError("Stored content is damaged: restore it from a backup.") from error


def member_of(body: bytes, name: str) -> Any:
    """Return one member of an object without parsing the others. Raises VaultDamagedError.

    The body must be as `to_bytes` writes it, and no nested object may have a member of this name.
    Quotation marks inside texts are escaped, so no text can be mistaken for the name.
    """
    marker = f'"{name}":'
    try:
        text = body.decode()
        return _decode_from(text, text.index(marker) + len(marker))[0]
    except ValueError as error:
        raise VaultDamagedError("Stored content is damaged: restore it from a backup.") from error
