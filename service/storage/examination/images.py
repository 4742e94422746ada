"""Images that came with a capture, on a database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select

from domain.ids import EncounterId, SearchId
from service.storage.engine.writes import NewRows, insert_together
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.searches import searches
from service.storage.tables.workbench import capture_images, capture_sources
from service.storage.transaction import TransactionPart


class Images(TransactionPart):
    """Images that came with a capture; personal data, erased with it."""

    def add(self, owner: SearchId | EncounterId, images: Sequence[tuple[int, bytes]]) -> None:
        """Store the images of the impressions of a search or an encounter: position, PNG."""
        ids, bodies = self._transaction.payloads.sealed(
            [(PayloadKind.IMAGE, [png for _, png in images])]
        )
        rows = [(owner, at, number) for (at, _), number in zip(images, ids, strict=True)]
        kept = NewRows(capture_images, ("owner_id", "position", "payload_id"), rows)
        insert_together(self._connection, (bodies, kept))

    def of_search(self, search_id: SearchId, position: int) -> bytes | None:
        """Return the image that came with a search."""
        return self._read(search_id, position)

    def of_encounter(self, encounter_id: EncounterId, position: int) -> bytes | None:
        """Return the image that came with an encounter."""
        return self._read(encounter_id, position)

    def enrolled_from(self, encounter_id: EncounterId, search_id: SearchId) -> None:
        """Store that a capture was enrolled from a search: its images are that search's."""
        self._connection.execute(
            insert(capture_sources).values(encounter_id=encounter_id, search_id=search_id).inline()
        )

    def source_of(self, encounter_id: EncounterId) -> SearchId | None:
        """Return the search from which a capture was enrolled, None for any other capture."""
        query = select(capture_sources.c.search_id).where(
            capture_sources.c.encounter_id == encounter_id
        )
        found = self._connection.execute(query).scalar()
        return None if found is None else SearchId(found)

    def searched_with(self, search_id: SearchId) -> EncounterId | None:
        """Return the enrolled capture that a search was made with, None for a new capture."""
        query = select(searches.c.encounter_id).where(searches.c.search_id == search_id)
        found = self._connection.execute(query).scalar()
        return None if found is None else EncounterId(found)

    def _read(self, owner_id: str, position: int) -> bytes | None:
        payload_id = self._connection.execute(
            select(capture_images.c.payload_id).where(
                capture_images.c.owner_id == owner_id, capture_images.c.position == position
            )
        ).scalar()
        if payload_id is None:
            return None
        return self._transaction.payloads.get(PayloadKind.IMAGE, payload_id)
