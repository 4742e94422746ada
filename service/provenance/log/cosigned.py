"""The messages that witnesses sign: a time and a checkpoint.

Source: the C2SP specification tlog-cosignature (c2sp.org). Ed25519 signs the whole text of the
checkpoint; ML-DSA-44 signs its first three lines and the name of the witness.
"""

from __future__ import annotations

from service.provenance.log.note_keys import SignatureType, VerifierKey
from service.provenance.log.tree_heads import parse_checkpoint

TIME_BYTES = 8
"""The time before a cosignature: seconds since 1970, big-endian."""

_SUBTREE_LABEL = b"subtree/v1\n\x00"


def cosigned_message(key: VerifierKey, text: str, at_s: int) -> bytes:
    """Return the bytes that this witness's key signs; `at_s`: seconds since 1970.

    Raises InvalidNoteError when the key is of the ML-DSA type and the text is no checkpoint.
    """
    if key.signature_type is SignatureType.ML_DSA_COSIGNATURE:
        return _tree_message(key.name, text, at_s)
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def _tree_message(name: str, text: str, at_s: int) -> bytes:
    signed = parse_checkpoint(text)
    whole_tree_from = _number(0)
    return b"".join(
        (
            _SUBTREE_LABEL,
            _counted(name),
            _number(at_s),
            _counted(signed.origin),
            whole_tree_from,
            _number(signed.size),
            signed.root,
        )
    )


def _number(value: int) -> bytes:
    return value.to_bytes(TIME_BYTES, "big")


def _counted(text: str) -> bytes:
    """Return `opaque <1..2^8-1>` of RFC 8446: a byte of length, and the bytes."""
    data = text.encode()
    return bytes([len(data)]) + data
