"""Images and minutiae of prints."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from domain.ids import EncounterId, SearchId
from domain.prints.minutiae import MinutiaeSet
from prints.minutiae.iso19794_2 import MinutiaeView, columns_of, encode_record
from prints.minutiae.received import read_minutiae_record
from service.storage.engine.rows import Among, AnyRow, rows_given
from service.storage.engine.writes import NewRows, insert_together
from service.storage.people.gallery_feed import AT, NOW, REMADE_MINUTIAE
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.searches import searches
from service.storage.tables.workbench import capture_images, capture_minutiae, capture_sources
from service.storage.transaction import TransactionPart


class Images(TransactionPart):
    """Images received with a capture. They are personal data and are erased with the capture."""

    def add(self, owner: SearchId | EncounterId, images: Sequence[tuple[int, bytes]]) -> None:
        """Store the images of a search or an encounter: pairs of finger position and PNG."""
        sealed = self._transaction.payloads
        ids = sealed.put_groups([(PayloadKind.IMAGE, [png for _, png in images])])
        rows = [(owner, at, number) for (at, _), number in zip(images, ids, strict=True)]
        kept = NewRows(capture_images, ("owner_id", "position", "payload_id"), rows)
        insert_together(self._connection, (sealed.bound(kept), kept))

    def of(self, owner: SearchId | EncounterId, position: int) -> bytes | None:
        """Return the image received with a search or an encounter."""
        return self._content(PayloadKind.IMAGE, _IMAGE, owner_id=owner, position=position)

    def enrolled_from(self, encounter_id: EncounterId, search_id: SearchId) -> None:
        """Store that a capture was enrolled from a search, whose images it shares."""
        self._add(capture_sources, encounter_id=encounter_id, search_id=search_id)

    def source_of(self, encounter_id: EncounterId) -> SearchId | None:
        """Return the search from which a capture was enrolled, or None if there is none."""
        found = self._cell(_SOURCE, encounter_id=encounter_id)
        return None if found is None else SearchId(found)

    def searched_with(self, search_id: SearchId) -> EncounterId | None:
        """Return the enrolled capture with which a search was made, or None for a new capture."""
        found = self._cell(_SEARCHED_WITH, search_id=search_id)
        return None if found is None else EncounterId(found)


# Built once, because building the statement costs as much as running it.
_IMAGE = rows_given(capture_images.c.payload_id, "owner_id", "position")
_MINUTIAE = rows_given(capture_minutiae.c.payload_id, "owner_id", "position")
_SOURCE = rows_given(capture_sources.c.search_id, "encounter_id")
_SEARCHED_WITH = rows_given(searches.c.encounter_id, "search_id")
_OF_OWNERS = (
    select(capture_minutiae.c.owner_id, capture_minutiae.c.position, capture_minutiae.c.payload_id)
    .where(Among(capture_minutiae.c.owner_id, "owners"))
    .order_by(capture_minutiae.c.owner_id, capture_minutiae.c.position)
)
_SOURCES = select(capture_sources.c.encounter_id, capture_sources.c.search_id).where(
    Among(capture_sources.c.encounter_id, "owners")
)


_Wanted = Mapping[Any, Collection[int]] | None
"""The positions to decrypt, by owner; None for all positions."""
_Records = tuple[tuple[int, bytes], ...]
"""The position and the minutiae record of each finger."""


class Minutiae(TransactionPart):
    """Minutiae received with a capture. They are personal data and are erased with the capture."""

    def add(self, owner: SearchId | EncounterId, views: Sequence[MinutiaeView]) -> None:
        """Store the minutiae of the impressions of a search or an encounter."""
        # Encoded anew from what was read, because a force's own record may state a time or a
        # device.
        records = [encode_record((view,)) for view in views]
        sealed = self._transaction.payloads
        ids = sealed.put_groups([(PayloadKind.MINUTIAE, records)])
        rows = [(owner, int(v.position), number) for v, number in zip(views, ids, strict=True)]
        kept = NewRows(capture_minutiae, ("owner_id", "position", "payload_id"), rows)
        insert_together(self._connection, (sealed.bound(kept), kept))

    def of(self, owner: SearchId | EncounterId, position: int) -> MinutiaeView | None:
        """Return the current minutiae for one position of a search or an encounter.

        An encounter made from a search does not have those of the search here.
        """
        remade = _views(self._remade([owner], NOW).get(owner, ()))
        again = next((view for view in remade if view.position == position), None)
        if again is not None:
            return again
        record = self._content(PayloadKind.MINUTIAE, _MINUTIAE, owner_id=owner, position=position)
        return None if record is None else read_minutiae_record(record)[0]

    def of_searches(
        self, search_ids: Sequence[SearchId]
    ) -> Mapping[SearchId, tuple[MinutiaeView, ...]]:
        """Return all minutiae received with searches, by position, leaving out erased minutiae."""
        found = self._of_owners(search_ids)
        return {SearchId(owner): _views(records) for owner, records in found.items()}

    def of_encounters(
        self, encounter_ids: Sequence[EncounterId], *, at: int = NOW
    ) -> Mapping[EncounterId, tuple[MinutiaeView, ...]]:
        """Return all minutiae of encounters; one made from a search has those of the search.

        `at` selects the minutiae that were in force at this change of the gallery.
        """
        found = self._in_force(encounter_ids, None, at)
        return {encounter_id: _views(records) for encounter_id, records in found.items()}

    def is_remade(self, encounter_id: EncounterId, *, at: int = NOW) -> bool:
        """Whether the minutiae in force at this change were remade from images."""
        return bool(self._remade([encounter_id], at, {encounter_id: ()}))

    def of_fingers(
        self, wanted: Mapping[EncounterId, Collection[int]], *, at: int = NOW
    ) -> Mapping[tuple[EncounterId, int], MinutiaeSet]:
        """Return the minutiae of some fingers, by encounter and position; decrypt no others."""
        found = self._in_force(list(wanted), dict(wanted), at)
        return {
            (owner, position): columns_of(record)
            for owner, records in found.items()
            for position, record in records
        }

    def _in_force(
        self, encounter_ids: Sequence[EncounterId], wanted: _Wanted, at: int
    ) -> Mapping[EncounterId, _Records]:
        remade = self._remade(encounter_ids, at, wanted)
        not_remade = [one for one in encounter_ids if one not in remade]
        own = self._of_owners(not_remade, wanted) | remade
        missing = [one for one in encounter_ids if one not in own]
        sources = self._rows(_SOURCES, owners=missing) if missing else ()
        theirs = self._of_owners(
            [search_id for _, search_id in sources], _of_sources(wanted, sources)
        )
        copied = {
            encounter_id: theirs[search_id]
            for encounter_id, search_id in sources
            if search_id in theirs
        }
        return {EncounterId(owner): records for owner, records in (own | copied).items()}

    def _remade(
        self, owners: Sequence[str], at: int, wanted: _Wanted = None
    ) -> dict[str, _Records]:
        """Return the minutiae remade from images, of the newest generation in force."""
        asked = {"owners": sorted(set(owners)), AT: at}
        rows = self._rows(REMADE_MINUTIAE, **asked)
        newest = {row.owner_id: row.after_change for row in rows}
        in_force = [row for row in rows if newest[row.owner_id] == row.after_change]
        return self._opened(in_force, wanted)

    def _of_owners(self, owners: Sequence[str], wanted: _Wanted = None) -> dict[str, _Records]:
        return self._opened(self._rows(_OF_OWNERS, owners=sorted(set(owners))), wanted)

    def _opened(self, rows: Sequence[AnyRow], wanted: _Wanted) -> dict[str, _Records]:
        """Return the records by owner. An owner without any wanted finger has an empty tuple."""
        chosen = [row for row in rows if wanted is None or row.position in wanted[row.owner_id]]
        records = self._bodies(PayloadKind.MINUTIAE, chosen)
        found: dict[str, _Records] = {}
        if wanted is not None:
            found = {row.owner_id: () for row in rows}
        for row in chosen:
            if row.payload_id in records:
                record = (row.position, records[row.payload_id])
                found[row.owner_id] = (*found.get(row.owner_id, ()), record)
        return found


def _views(records: _Records) -> tuple[MinutiaeView, ...]:
    return tuple(read_minutiae_record(record)[0] for _, record in records)


def _of_sources(wanted: _Wanted, sources: Sequence[AnyRow]) -> _Wanted:
    """Return the wanted positions by search, for the searches from which encounters were made."""
    if wanted is None:
        return None
    of_search: dict[str, set[int]] = {}
    for encounter_id, search_id in sources:
        of_search.setdefault(search_id, set()).update(wanted[encounter_id])
    return of_search
