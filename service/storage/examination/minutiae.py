"""Minutiae that came with a capture, on a database: one ISO/IEC 19794-2 record a finger."""

from __future__ import annotations

from sqlalchemy import insert, select

from domain.ids import EncounterId, SearchId
from prints.minutiae.iso19794_2 import MinutiaeView, decode_record, encode_record
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.workbench import capture_minutiae
from service.storage.transaction import TransactionPart


class Minutiae(TransactionPart):
    """Minutiae that came with a capture; personal data, erased with it."""

    def add(self, owner: SearchId | EncounterId, view: MinutiaeView) -> None:
        """Store the minutiae of one impression of a search or an encounter."""
        # Written from what was read: a force's record may hold a time or a device.
        payload_id = self._transaction.payloads.put(PayloadKind.MINUTIAE, encode_record((view,)))
        self._connection.execute(
            insert(capture_minutiae)
            .values(owner_id=owner, position=int(view.position), payload_id=payload_id)
            .inline()
        )

    def of_search(self, search_id: SearchId, position: int) -> MinutiaeView | None:
        """Return the minutiae that came with a search."""
        return self._read(search_id, position)

    def of_encounter(self, encounter_id: EncounterId, position: int) -> MinutiaeView | None:
        """Return the minutiae that came with an encounter."""
        return self._read(encounter_id, position)

    def _read(self, owner_id: str, position: int) -> MinutiaeView | None:
        payload_id = self._connection.execute(
            select(capture_minutiae.c.payload_id).where(
                capture_minutiae.c.owner_id == owner_id, capture_minutiae.c.position == position
            )
        ).scalar()
        if payload_id is None:
            return None
        record = self._transaction.payloads.get(PayloadKind.MINUTIAE, payload_id)
        return None if record is None else decode_record(record)[0]
