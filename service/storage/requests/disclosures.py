"""Disclosures, checks of proofs, the payloads of requests, and answers about one's own data."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from domain.errors import InvalidInputError, VaultDamagedError
from domain.ids import DisclosureId, EncounterId, ForceCode, PersonId, PersonRow, RequestId, UserId
from domain.office_days import office_day
from domain.people.convictions import ConvictionVersion
from domain.plain_values import plain, read_plain
from domain.requests.disclosures import Disclosure, SentDisclosure
from domain.requests.proofs import ProofCheck
from domain.requests.requests import Ask, Party, PartyKind, ReplyOutcome
from domain.restrictions import Restrictions
from domain.retention.disclosure import OwnAnswer, OwnContent, Removal, RemovalGround, Told
from service.storage.engine.rows import (
    Among,
    from_bytes,
    grouped,
    row_of,
    rows_where,
    to_bytes,
    value_of,
)
from service.storage.people.people import person_of_request
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.disclosure import own_answer_removals, own_answers
from service.storage.tables.exchange import exchange_messages, exchange_sent, matter_steps, matters
from service.storage.tables.links import link_recipients, links
from service.storage.tables.people import ERASED, encounters, gallery_changes, persons
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
    """Return what was requested, from a body. Raises VaultDamagedError if malformed."""
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
    """Disclosures, each written once, with the versions of convictions that it discloses."""

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

        Raises StaleRequestError when the person is erased.
        """
        person_row = person_of_request(self._transaction, person_id)
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
        rows = self._rows(_ITEMS, ids=ids)
        return grouped((row.disclosure_id, value_of(ConvictionVersion, row)) for row in rows)


def _text(body: bytes | None) -> str | None:
    return None if body is None else body.decode()


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


class OwnAnswers(TransactionPart):
    """Answers about own data. Each is written once; preparing one again creates another answer."""

    def put(self, answer: OwnAnswer) -> None:
        """Store an answer. Raises StaleRequestError if the person is erased or restricted."""
        if answer.content is None:
            raise ValueError("An answer without content cannot be stored.")
        self._add(
            own_answers,
            answer,
            person_row=person_of_request(self._transaction, answer.person_id),
            payload_id=self._put(PayloadKind.OWN_ANSWER, to_bytes(plain(answer.content))),
        )
        self._add_all(
            own_answer_removals,
            [
                {"answer_id": answer.answer_id, "place": one.place, "ground": one.ground.value}
                for one in answer.removals
            ],
        )

    def prepared(self, request_id: RequestId, number: int) -> OwnAnswer | None:
        """Return the latest answer prepared for an entry of a request, or None."""
        of_version = (own_answers.c.request_id == request_id, own_answers.c.number == number)
        query = _ANSWERS.where(*of_version).order_by(own_answers.c.answer_row.desc()).limit(1)
        row = self._row(query)
        if row is None:
            return None
        body = self._body(PayloadKind.OWN_ANSWER, row)
        return value_of(
            OwnAnswer,
            row,
            outcome=ReplyOutcome(row.outcome),
            removals=self._removals(row.answer_id),
            content=None if body is None else read_plain(OwnContent, from_bytes(body)),
        )

    def _removals(self, answer_id: str) -> tuple[Removal, ...]:
        query = (
            select(own_answer_removals.c.place, own_answer_removals.c.ground)
            .where(own_answer_removals.c.answer_id == answer_id)
            .order_by(own_answer_removals.c.place)
        )
        found = self._connection.execute(query)
        return tuple(Removal(place, RemovalGround(ground)) for place, ground in found)

    def captures(self, rows: Collection[PersonRow]) -> tuple[tuple[EncounterId, ForceCode], ...]:
        """Return the captures of people still held, with the forces that took them, oldest first.

        Deleted captures are left out. A capture that a merge moved is included only under its new
        id.
        """
        gone = select(gallery_changes.c.encounter_row).where(gallery_changes.c.kind == ERASED)
        query = (
            select(encounters.c.encounter_id, encounters.c.force)
            .where(encounters.c.person_row.in_(rows), encounters.c.encounter_row.not_in(gone))
            .order_by(encounters.c.encounter_row)
        )
        found = self._connection.execute(query)
        return tuple((EncounterId(one), ForceCode(force)) for one, force in found)

    def matters(self, rows: Collection[PersonRow]) -> tuple[tuple[str, str, date], ...]:
        """Return the matters ever attached to these people, oldest first: id, source and day."""
        named = select(matter_steps.c.matter_id).where(matter_steps.c.person_row.in_(rows))
        query = (
            select(matters.c.matter_id, matters.c.source, matters.c.received_at)
            .where(matters.c.matter_id.in_(named))
            .order_by(matters.c.matter_row)
        )
        return tuple((one, source, office_day(at)) for one, source, at in self._rows(query))

    def recipients(
        self, rows: Collection[PersonRow], people: Collection[PersonId]
    ) -> tuple[Told, ...]:
        """Return the recipients of any data about people, also in other countries, by day."""
        told, abroad, forces = _to_parties(rows), _abroad(rows), _of_links(people)
        found = self._connection.execute(union_all(told, abroad, forces))
        ordered = sorted(found, key=lambda row: (row.at, row.kind, row.code))
        return tuple(
            Told(Party(PartyKind(row.kind), row.code), office_day(row.at), row.purpose)
            for row in ordered
        )


_ANSWERS = select(own_answers, persons.c.person_id).outerjoin(
    persons, persons.c.person_row == own_answers.c.person_row
)


def _to_parties(rows: Collection[PersonRow]) -> Select[Any]:
    """Return the query for disclosures about a person to anybody but that person."""
    return select(
        disclosures.c.recipient_kind.label("kind"),
        disclosures.c.recipient_code.label("code"),
        disclosures.c.sent_at.label("at"),
        disclosures.c.purpose.label("purpose"),
    ).where(
        disclosures.c.person_row.in_(rows),
        disclosures.c.recipient_kind != PartyKind.PERSON.value,
    )


def _abroad(rows: Collection[PersonRow]) -> Select[Any]:
    """Return the query for messages handed over to other States."""
    return (
        select(
            literal(PartyKind.STATE.value).label("kind"),
            exchange_messages.c.receiver,
            exchange_sent.c.sent_at,
            literal("exchange of convictions"),
        )
        .join(exchange_sent, exchange_sent.c.message_id == exchange_messages.c.message_id)
        .where(exchange_messages.c.person_row.in_(rows))
    )


def _of_links(people: Collection[PersonId]) -> Select[Any]:
    """Return the query for forces that were told of links."""
    return (
        select(
            literal(PartyKind.FORCE.value).label("kind"),
            link_recipients.c.force,
            link_recipients.c.told_at,
            literal("confirmed link"),
        )
        .join(links, links.c.link_id == link_recipients.c.link_id)
        .where(links.c.person_id.in_(people))
    )
