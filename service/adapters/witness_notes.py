"""The last checkpoints that witnesses cosigned, as they publish them: one note a file.

The directory is best on a volume that only the witnesses write, or filled by a timer from
theirs: it is then held apart from the database and from the keys of the log.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InvalidNoteError, StateBehindError
from service.provenance.log.checkpoints import SignedCheckpoint, open_checkpoint
from service.provenance.log.note_keys import VerifierKey

SUFFIX = ".note"
"""Suffix of the files that are read; others are ignored."""


@dataclass(frozen=True, slots=True)
class WitnessNotes:
    """The notes of the known witnesses. Thread-safe: nothing is kept."""

    directory: Path | None = None
    witnesses: tuple[VerifierKey, ...] = ()

    def read(self, log_key: VerifierKey) -> tuple[SignedCheckpoint, ...]:
        """Return the checkpoints, each cosigned by a known witness.

        Raises StateBehindError for a directory that is not there, and for a note that is damaged.
        """
        if self.directory is None:
            return ()
        try:
            files = sorted(each for each in self.directory.iterdir() if each.suffix == SUFFIX)
        except OSError as error:
            raise StateBehindError(
                "The directory of the witnesses' notes cannot be read: restore it, or "
                "correct IDENTLINK_WITNESS_NOTES."
            ) from error
        return tuple(self._opened(file, log_key) for file in files)

    def demand_all(self, published: AbstractSet[str], found: AbstractSet[str]) -> None:
        """Raise StateBehindError if a known witness no longer publishes."""
        if self.directory is None:
            return
        known = {key.name for key in self.witnesses}
        if (published & known) - found:
            raise StateBehindError(_MISSING)

    def _opened(self, file: Path, log_key: VerifierKey) -> SignedCheckpoint:
        try:
            signed = open_checkpoint(file.read_bytes(), log_key, self.witnesses)
        except (OSError, InvalidNoteError) as error:
            raise StateBehindError(_DAMAGED) from error
        if not signed.cosignatures:
            raise StateBehindError(_DAMAGED)
        return signed


_MISSING = (
    "The note of a witness is missing: get it from the witness again, or "
    "remove the witness from IDENTLINK_WITNESS_KEYS."
)
_DAMAGED = (
    "A note of a witness is damaged, belongs to another log, or comes from a "
    "witness who is not in IDENTLINK_WITNESS_KEYS: get the note from the "
    "witness again, or correct the setting."
)
