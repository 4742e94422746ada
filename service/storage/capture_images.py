"""Images that came with a capture, on a database."""

from __future__ import annotations

from sqlalchemy import insert, select

from domain.ids import EncounterId, SearchId
from service.storage.payloads import PayloadKind
from service.storage.tables.links import links
from service.storage.tables.workbench import capture_images
from service.storage.transaction import Transaction


class SqlImages:
    """The image repository on a database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def add(self, owner: SearchId | EncounterId, position: int, png: bytes) -> None:
        """Store the image of one impression of a search or an encounter."""
        payload_id = self._transaction.payloads.put(PayloadKind.IMAGE, png)
        self._connection.execute(
            insert(capture_images)
            .values(owner_id=owner, position=position, payload_id=payload_id)
            .inline()
        )

    def of_search(self, search_id: SearchId, position: int) -> bytes | None:
        """Return the image that came with a search."""
        return self._read(search_id, position)

    def of_encounter(self, encounter_id: EncounterId, position: int) -> bytes | None:
        """Return the image of an encounter, or of the search from which it was enrolled."""
        found = self._read(encounter_id, position)
        if found is not None:
            return found
        source = select(links.c.search_id).where(links.c.encounter_id == encounter_id)
        search_id = self._connection.execute(source).scalar()
        return None if search_id is None else self._read(search_id, position)

    def _read(self, owner_id: str, position: int) -> bytes | None:
        payload_id = self._connection.execute(
            select(capture_images.c.payload_id).where(
                capture_images.c.owner_id == owner_id, capture_images.c.position == position
            )
        ).scalar()
        if payload_id is None:
            return None
        return self._transaction.payloads.get(PayloadKind.IMAGE, payload_id)
