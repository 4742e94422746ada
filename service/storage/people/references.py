"""References that clients give: sealed, erased with their search or capture, found by digest."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Select, select

from domain.ids import BatchId, EncounterId, ForceCode, SearchId
from service.storage.engine.membership import Among
from service.storage.tables.people import encounters, payloads, persons
from service.storage.tables.searches import client_references
from service.storage.transaction import TransactionPart


class References(TransactionPart):
    """A search, a batch or a capture has one reference or none; several may have the same."""

    def add(
        self,
        owner: SearchId | EncounterId | BatchId,
        force: ForceCode,
        reference: str,
        *,
        keyed_digest: str,
    ) -> None:
        """Store the reference of a search, a batch or a capture."""
        self._add(
            client_references,
            owner_id=owner,
            force=force,
            keyed_digest=keyed_digest,
            payload_id=self._put_words(reference),
        )

    def of(self, owners: Collection[str]) -> Mapping[str, str]:
        """Return the references of these owners; those erased are left out."""
        rows = self._rows(_OF, owners=sorted(set(owners)))
        words = self._words(rows)
        return {row.owner_id: text for row, text in zip(rows, words, strict=True) if text}

    def of_people(self, people: Collection[str]) -> Mapping[tuple[str, str], str]:
        """Return the newest reference that each force gave to a capture of these people.

        The key is person and force; references that are erased are left out.
        """
        rows = self._rows(_OF_PEOPLE, people=sorted(set(people)))
        words = self._words(rows)
        return {(row.person_id, row.force): w for row, w in zip(rows, words, strict=True) if w}


_OF_PEOPLE = (
    select(persons.c.person_id, client_references.c.force, client_references.c.payload_id)
    .join(encounters, encounters.c.person_row == persons.c.person_row)
    .join(client_references, client_references.c.owner_id == encounters.c.encounter_id)
    .where(Among(persons.c.person_id, "people"))
    .order_by(client_references.c.reference_row)
)
_OF = select(client_references.c.owner_id, client_references.c.payload_id).where(
    Among(client_references.c.owner_id, "owners")
)


def owners_under(force: ForceCode, keyed_digest: str) -> Select[tuple[str]]:
    """Return a query for the owners of a force under a reference not erased."""
    return (
        select(client_references.c.owner_id)
        .join(payloads, payloads.c.payload_id == client_references.c.payload_id)
        .where(
            client_references.c.force == force,
            client_references.c.keyed_digest == keyed_digest,
        )
    )
