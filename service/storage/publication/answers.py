"""Answers of the disclosure log."""

from __future__ import annotations

import json
from datetime import date
from operator import attrgetter

from sqlalchemy import func, insert, select

from domain.ids import RequestId
from domain.list_pages import ListPage, page_of
from domain.publication import InformationAnswer, InformationOutcome, PublishedAnswer
from service.storage.engine.rows import AnyRow, row_of
from service.storage.engine.sorted_pages import SortedBy, sorted_rows
from service.storage.tables.office import information_answers
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

    def page(self, *, before: str | None = None, limit: int) -> ListPage[PublishedAnswer, str]:
        """Return the newest answers, newest first; those that are erased are left out."""
        answers, query = information_answers.c, select(information_answers)
        last = None if before is None else query.where(answers.request_id == before)
        newest = SortedBy((answers.answered_on, answers.request_id, answers.number), True)
        rows = sorted_rows(self._connection, query, newest, behind=last, limit=limit + 1)
        page = page_of(rows, limit, attrgetter("request_id"))
        words = read_words(self._transaction, [row.payload_id for row in page.items])
        told = zip(page.items, words, strict=True)
        return ListPage(tuple(_answer(row, text) for row, text in told if text), page.next_key)


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
