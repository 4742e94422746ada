"""Answers of the disclosure log."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import func, insert, select

from domain.ids import RequestId
from domain.publication.answers import InformationAnswer, InformationOutcome, PublishedAnswer
from service.storage.engine.rows import AnyRow, row_of
from service.storage.tables.office.publication import information_answers
from service.storage.transaction import TransactionPart
from service.storage.words import put_words, read_words


class InformationAnswers(TransactionPart):
    """Written once; question and answer are sealed."""

    def put(self, request_id: RequestId, number: int, answer: InformationAnswer, on: date) -> None:
        """Store an answer with the entry that gives it."""
        words = json.dumps([answer.question, answer.answer], ensure_ascii=False)
        row = row_of(
            information_answers,
            answer,
            request_id=request_id,
            number=number,
            exemptions=" ".join(answer.exemptions),
            answered_on=on,
            payload_id=put_words(self._transaction, words),
        )
        self._connection.execute(insert(information_answers).values(row).inline())

    def hours_of(self, matter: str, since: date) -> int:
        """Return the hours that answers on one matter have taken since a day."""
        query = select(func.coalesce(func.sum(information_answers.c.hours), 0)).where(
            information_answers.c.matter == matter,
            information_answers.c.answered_on >= since,
        )
        return int(self._connection.execute(query).scalar_one()) if matter else 0

    def all(self, limit: int) -> tuple[PublishedAnswer, ...]:
        """Return the newest answers that are not erased, newest first."""
        query = (
            select(information_answers)
            .order_by(information_answers.c.answered_on.desc(), information_answers.c.request_id)
            .limit(limit)
        )
        rows = self._connection.execute(query).all()
        words = read_words(self._transaction, [row.payload_id for row in rows])
        return tuple(_answer(row, text) for row, text in zip(rows, words, strict=True) if text)


def _answer(row: AnyRow, text: str) -> PublishedAnswer:
    question, answer = json.loads(text)
    return PublishedAnswer(
        RequestId(row.request_id),
        row.number,
        InformationOutcome(row.outcome),
        tuple(row.exemptions.split()),
        row.matter,
        row.hours,
        row.answered_on,
        question,
        answer,
    )
