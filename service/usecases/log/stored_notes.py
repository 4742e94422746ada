"""The notes that are stored with the log: checkpoints, and what witnesses made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.log.checkpoints import Note, open_checkpoint, parse_note
from service.storage.unit_of_work import UnitOfWork


def signed_notes(
    unit: UnitOfWork, keys: TrustedKeys, *, up_to: int | None = None
) -> tuple[bytes, ...]:
    """Return the stored checkpoints, each with the cosignatures of known witnesses.

    Raises InvalidNoteError for a note that does not verify.
    """
    cosigned: dict[int, list[bytes]] = defaultdict(list)
    for given in unit.checkpoints.cosigned():
        cosigned[given.size].append(given.note)
    return tuple(
        _with_cosignatures(stored.note, cosigned[stored.size], keys)
        for stored in unit.checkpoints.every()
        if up_to is None or stored.size <= up_to
    )


def notes_of_another_history(unit: UnitOfWork) -> tuple[bytes, ...]:
    """Return the cosigned notes whose text is not that of the checkpoint stored for their size.

    The log once signed them, so that two histories come to light. Raises InvalidNoteError for a
    note that is malformed.
    """
    texts = {stored.size: parse_note(stored.note).text for stored in unit.checkpoints.every()}
    return tuple(
        given.note
        for given in unit.checkpoints.cosigned()
        if parse_note(given.note).text != texts.get(given.size)
    )


def misfiled_notes(unit: UnitOfWork) -> Iterator[Finding]:
    """Yield a finding for each note that is stored under another size or name than it signs."""
    for stored in unit.checkpoints.every():
        if not _is_of_size(stored.note, stored.size):
            detail = f"The checkpoint stored under {stored.size} events is of another size."
            yield Finding(FindingCode.CHECKPOINT_DAMAGED, detail)
    for given in unit.checkpoints.cosigned():
        if not (_is_of_size(given.note, given.size) and _is_signed_by(given.note, given.witness)):
            detail = f"The cosignature stored under {given.size} events is of another checkpoint"
            yield Finding(FindingCode.CHECKPOINT_DAMAGED, f"{detail} or witness.")


def _with_cosignatures(note: bytes, others: list[bytes], keys: TrustedKeys) -> bytes:
    merged: Note = parse_note(note)
    for other in others:
        signed = open_checkpoint(other, keys.log, keys.witnesses)
        if signed.note.text != merged.text:
            continue
        known = {(found.key.name, found.key.key_id) for found in signed.cosignatures}
        for line in signed.note.signatures:
            if (line.name, line.key_id) in known:
                merged = merged.signed_also(line)
    return merged.encode()


def _is_of_size(note: bytes, size: int) -> bool:
    return note.partition(b"\n")[2].startswith(b"%d\n" % size)


def _is_signed_by(note: bytes, name: str) -> bool:
    return any(signature.name == name for signature in parse_note(note).signatures)
