"""The text of a checkpoint: the length and the root hash of the log, as they are signed.

Source: the C2SP specification tlog-checkpoint (c2sp.org). Extension lines are never written; those
that other programs write are skipped when read, and nothing here relies on them.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from domain.errors import InvalidNoteError
from service.provenance.log.merkle import HASH_BYTES
from service.provenance.log.note_keys import decode_base64

_HAS_SIZE_FORM = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch
_HAS_ORIGIN_FORM = re.compile(r"[^\s+\x00-\x1f\x7f]{1,255}").fullmatch


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log of `origin` has `size` events and this root (32 bytes). Raises InvalidNoteError."""

    origin: str
    """The name of the log, a URL without a scheme; the name of its key as well."""
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not _HAS_ORIGIN_FORM(self.origin):
            raise InvalidNoteError("The origin of a log must not contain spaces or plus signs.")
        if self.size < 0 or len(self.root) != HASH_BYTES:
            raise InvalidNoteError("A checkpoint must state a size and a root of 32 bytes.")

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; raises InvalidNoteError for any other form."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _HAS_SIZE_FORM(lines[1]):
        raise InvalidNoteError(
            "A checkpoint must have at least three lines: origin, size and root."
        )
    return Checkpoint(lines[0], int(lines[1]), decode_base64(lines[2]))
