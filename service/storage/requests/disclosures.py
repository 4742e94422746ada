"""Disclosures with their recipients, checks of proofs, and the payloads of requests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from domain.errors import InvalidInputError, VaultDamagedError
from domain.ids import DisclosureId, PersonId, RequestId, UserId
from domain.people.convictions import ConvictionVersion
from domain.plain_values import plain, read_plain
from domain.requests.disclosures import Disclosure, SentDisclosure
from domain.requests.proofs import ProofCheck
from domain.requests.requests import Ask, Party, PartyKind
from domain.restrictions import Restrictions
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.engine.rows import Among, AnyRow, row_of, rows_where, value_of
from service.storage.people.people import locked_person
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.requests import (
    disclosure_acknowledgements,
    disclosure_items,
    disclosures,
    proof_checks,
)
from service.storage.transaction import TransactionPart

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, InvalidInputError)


def ask_body(ask: Ask, restrictions: Restrictions) -> bytes:
    """Return the body for what was requested and the purposes for which it may be used."""
    return to_bytes({"ask": plain(ask), "restrictions": plain(restrictions)})


def read_ask(body: bytes) -> tuple[Ask, Restrictions]:
    """Return what was requested, from a body.

    Raises VaultDamagedError when the body is malformed.
    """
    values = from_bytes(body)
    try:
        return (
            read_plain(Ask, values["ask"]),
            read_plain(Restrictions, values["restrictions"]),
        )
    except _MALFORMED as error:
        raise VaultDamagedError(
            "The stored content of a request is damaged: restore it from a backup."
        ) from error


def disclosure_body(disclosure: Disclosure) -> bytes:
    """Return the body of what the recipient is told: each item with its restrictions on use."""
    return to_bytes(disclosure_json(disclosure))


def disclosure_json(disclosure: Disclosure) -> dict[str, Any]:
    """Return what the recipient is told, as JSON values."""
    return {
        "outcome": disclosure.outcome.value,
        "items": [
            {"ref": plain(item.held.ref), "conviction": plain(item.held.conviction)}
            for item in disclosure.items
        ],
        "states_to_ask": list(disclosure.states_to_ask),
        "words": disclosure.words,
    }


class Disclosures(TransactionPart):
    """Disclosures.

    Each is written once, with the versions of the convictions that it discloses.
    """

    def send(
        self,
        disclosure: Disclosure,
        number: int,
        *,
        person_id: PersonId | None,
        by: UserId,
        at: datetime,
    ) -> None:
        """Store the disclosure made by the entry with this number.

        Raises NotFoundError when the person is erased.
        """
        person_row = None if person_id is None else locked_person(self._transaction, person_id)
        self._add(
            disclosures,
            disclosure,
            number=number,
            recipient_kind=disclosure.recipient.kind,
            recipient_code=disclosure.recipient.code,
            sent_by=by,
            sent_at=at,
            person_row=person_row,
            payload_id=self._put(PayloadKind.DISCLOSURE, disclosure_body(disclosure)),
        )
        self._add_all(
            disclosure_items,
            [
                row_of(disclosure_items, version, disclosure_id=disclosure.disclosure_id)
                for version in disclosure.versions
            ],
        )

    def acknowledge(self, disclosure_id: DisclosureId, by: UserId, at: datetime) -> bool:
        """Store that a disclosure was received. Returns False if that was already stored."""
        return self._add_new(
            disclosure_acknowledgements,
            unless_taken=("disclosure_id",),
            disclosure_id=disclosure_id,
            acknowledged_by=by,
            acknowledged_at=at,
        )

    def get(self, disclosure_id: DisclosureId) -> SentDisclosure | None:
        """Return a disclosure without its content, or None when unknown."""
        found = self._read(_SENT.where(disclosures.c.disclosure_id == disclosure_id))
        return found[0] if found else None

    def of_request(self, request_id: RequestId) -> tuple[SentDisclosure, ...]:
        """Return what was disclosed because of a request, with its content, in order."""
        return self._read(_SENT.where(disclosures.c.request_id == request_id), with_content=True)

    def _read(
        self, query: Select[Any], *, with_content: bool = False
    ) -> tuple[SentDisclosure, ...]:
        rows = self._rows(query.order_by(disclosures.c.disclosure_row))
        versions = self._versions([row.disclosure_id for row in rows])
        wanted = [row.payload_id for row in rows] if with_content else []
        bodies = self._transaction.payloads.get_many(PayloadKind.DISCLOSURE, wanted)
        return tuple(
            value_of(
                SentDisclosure,
                row,
                recipient=Party(PartyKind(row.recipient_kind), row.recipient_code),
                versions=versions.get(row.disclosure_id, ()),
                content=_text(bodies.get(row.payload_id)),
            )
            for row in rows
        )

    def _versions(self, ids: Sequence[str]) -> Mapping[str, tuple[ConvictionVersion, ...]]:
        found: dict[str, tuple[ConvictionVersion, ...]] = {}
        for row in self._connection.execute(_ITEMS, {"ids": ids}):
            found[row.disclosure_id] = (*found.get(row.disclosure_id, ()), _version(row))
        return found


def _text(body: bytes | None) -> str | None:
    return None if body is None else body.decode()


def _version(row: AnyRow) -> ConvictionVersion:
    return value_of(ConvictionVersion, row)


_SENT = select(disclosures, disclosure_acknowledgements.c.acknowledged_at).outerjoin(
    disclosure_acknowledgements,
    disclosure_acknowledgements.c.disclosure_id == disclosures.c.disclosure_id,
)
_ITEMS = (
    select(disclosure_items)
    .where(Among(disclosure_items.c.disclosure_id, "ids"))
    .order_by(
        disclosure_items.c.disclosure_id,
        disclosure_items.c.record_id,
        disclosure_items.c.item_id,
    )
)


class Proofs(TransactionPart):
    """Checks of identity documents against stated answers. Each is written once."""

    def add(self, check: ProofCheck) -> None:
        """Store a check of a proof."""
        self._add(proof_checks, check)

    def of_request(self, request_id: RequestId) -> tuple[ProofCheck, ...]:
        """Return the checks of a request, oldest first."""
        query = rows_where(proof_checks, request_id=request_id).order_by(proof_checks.c.proof_row)
        return self._all(ProofCheck, query)
