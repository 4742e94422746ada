"""Answers to people about their own data: prepared, checked by a second person, and released."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from domain.ids import EncounterId, ForceCode, PersonId, PersonRow, RequestId
from domain.plain_values import plain, read_plain
from domain.requests.requests import PartyKind, ReplyOutcome
from domain.retention.disclosure import OwnAnswer, OwnContent, Removal, RemovalGround, Told
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.engine.rows import value_of
from service.storage.people.people import locked_person
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.disclosure import own_answer_removals, own_answers
from service.storage.tables.exchange import exchange_messages, exchange_sent
from service.storage.tables.links import link_recipients, links
from service.storage.tables.matters import matter_steps, matters
from service.storage.tables.people import ERASED, encounters, gallery_changes, persons
from service.storage.tables.requests import disclosures
from service.storage.transaction import TransactionPart


class OwnAnswers(TransactionPart):
    """Answers about own data. Each is written once; preparing one again creates another answer."""

    def put(self, answer: OwnAnswer) -> None:
        """Store an answer with its content.

        Raises NotFoundError if the person is erased or restricted.
        """
        if answer.content is None:
            raise ValueError("An answer without content cannot be stored.")
        person = answer.person_id
        self._add(
            own_answers,
            answer,
            person_row=None if person is None else locked_person(self._transaction, person),
            payload_id=self._put(PayloadKind.OWN_ANSWER, to_bytes(plain(answer.content))),
        )
        self._remove(answer)

    def _remove(self, answer: OwnAnswer) -> None:
        self._add_all(
            own_answer_removals,
            [
                {"answer_id": answer.answer_id, "place": one.place, "ground": one.ground.value}
                for one in answer.removals
            ],
        )

    def prepared(self, request_id: RequestId, number: int) -> OwnAnswer | None:
        """Return the latest answer prepared for an entry of a request, given by its number; None
        if there is none.
        """
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
        return tuple((one, source, at.date()) for one, source, at in self._rows(query))

    def recipients(
        self, rows: Collection[PersonRow], people: Collection[PersonId]
    ) -> tuple[Told, ...]:
        """Return the recipients of any data about people, also in other countries, by day."""
        told, abroad, forces = _to_parties(rows), _abroad(rows), _of_links(people)
        found = self._connection.execute(union_all(told, abroad, forces))
        ordered = sorted(found, key=lambda row: (row.at, row.kind, row.code))
        return tuple(Told(f"{row.kind} {row.code}", row.at.date(), row.purpose) for row in ordered)


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
