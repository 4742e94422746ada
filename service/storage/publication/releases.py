"""Countable facts, frozen statistics releases, and published answers."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select

from domain.errors import ConflictError
from domain.ids import RequestId
from domain.list_pages import ListPage
from domain.plain_values import plain
from domain.publication import (
    CountableFact,
    InformationAnswer,
    PublishedAnswer,
    Quarter,
    Release,
    ReleaseContent,
    ReleasedCell,
    ReleasedTable,
    Stage,
)
from service.storage.engine.rows import AnyRow, newest, rows_where, value_of
from service.storage.tables.office import countable_facts, information_answers, statistics_releases
from service.storage.transaction import TransactionPart
from service.storage.words import read_words


@dataclass(frozen=True, slots=True)
class CountedClass:
    """The number of facts that share the same values in all dimensions of the cube."""

    service: str
    outcome: str
    timeliness: str
    asker: str
    party: str
    duration: int
    """The number of the band of durations in days, from 0."""
    count: int


class Facts(TransactionPart):
    """Countable facts. Each is written once."""

    def give(self, fact: CountableFact) -> None:
        """Store a fact."""
        self._add(countable_facts, fact, quarter=str(Quarter.of(fact.counted_on)))

    def count(
        self, quarter: Quarter, stage: Stage, bands: tuple[int, ...]
    ) -> tuple[CountedClass, ...]:
        """Count the facts of a quarter; `bands` gives the last day of each band but the last."""
        rows = self._rows(counting(quarter, stage, bands))
        return tuple(CountedClass(*row) for row in rows)


def counting(quarter: Quarter, stage: Stage, bands: tuple[int, ...]) -> Select[Any]:
    """Return the query of a release; an index covers it."""
    facts = countable_facts.c
    band = case(
        *((facts.days <= last, number) for number, last in enumerate(bands)), else_=len(bands)
    )
    groups = (facts.service, facts.outcome, facts.timeliness, facts.asker, facts.party)
    return (
        select(*groups, band.label("band"), func.count())
        .where(facts.quarter == str(quarter), facts.stage == stage.value)
        .group_by(*groups, "band")
    )


def question_text(quarter: Quarter, stage: Stage, bands: tuple[int, ...]) -> str:
    """Return the query of a release as text, the same on every database."""
    return str(counting(quarter, stage, bands).compile(compile_kwargs={"literal_binds": True}))


def content_text(content: ReleaseContent) -> str:
    """Return the content of a release as the text that is stored, hashed and published."""
    return json.dumps(plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Releases(TransactionPart):
    """Releases. They are written once and never computed again."""

    def put(self, release: Release) -> None:
        """Store a release. Raises ConflictError when this version has already been released."""
        if not self._add_new(
            statistics_releases,
            release,
            unless_taken=("quarter", "version"),
            quarter=str(release.quarter),
            content=content_text(release.content),
        ):
            raise ConflictError(
                "The figures for this quarter have already been published and cannot be "
                "published again."
            )

    def all(self) -> tuple[Release, ...]:
        """Return every release, newest quarter and version first."""
        query = select(statistics_releases).order_by(
            statistics_releases.c.quarter.desc(), statistics_releases.c.version.desc()
        )
        return tuple(_release(row) for row in self._rows(query))

    def of(self, quarter: Quarter) -> tuple[Release, ...]:
        """Return the releases of a quarter, newest version first."""
        query = rows_where(statistics_releases, quarter=str(quarter)).order_by(
            statistics_releases.c.version.desc()
        )
        return tuple(_release(row) for row in self._rows(query))


def _release(row: AnyRow) -> Release:
    stated: Any = json.loads(row.content)
    return value_of(
        Release,
        row,
        quarter=Quarter.parse(row.quarter),
        content=_content(stated),
    )


def _content(stated: Any) -> ReleaseContent:
    tables = tuple(_table(one) for one in stated["tables"])
    return ReleaseContent(stated["quarter"], stated["rules"], stated["query_sha256"], tables)


def _table(stated: Any) -> ReleasedTable:
    cells = tuple(
        ReleasedCell(one["name"], one["figure"], one.get("percent")) for one in stated["cells"]
    )
    named = {name: stated[name] for name in ("service", "cut", "title", "total", "base")}
    return ReleasedTable(**named, cells=cells)


class InformationAnswers(TransactionPart):
    """Published answers. They are written once; question and answer are encrypted."""

    def put(self, request_id: RequestId, number: int, answer: InformationAnswer, on: date) -> None:
        """Store an answer, with the number of the log entry that gives the answer."""
        words = json.dumps([answer.question, answer.answer], ensure_ascii=False)
        self._add(
            information_answers,
            answer,
            request_id=request_id,
            number=number,
            exemptions=" ".join(answer.exemptions),
            answered_on=on,
            payload_id=self._put_words(words),
        )

    def hours_of(self, matter: str, since: date) -> int:
        """Return the total hours spent on answers about one subject since a day."""
        query = select(func.coalesce(func.sum(information_answers.c.hours), 0)).where(
            information_answers.c.matter == matter,
            information_answers.c.answered_on >= since,
        )
        return int(self._cell(query)) if matter else 0

    def page(self, *, before: str | None = None, limit: int) -> ListPage[PublishedAnswer, str]:
        """Return a page of answers, newest first, leaving out erased answers."""
        answers, query = information_answers.c, select(information_answers)
        by = newest(answers.answered_on, answers.request_id, answers.number)
        page = self._list_page(query, by, answers.request_id, behind=before, limit=limit)
        words = read_words(self._transaction, [row.payload_id for row in page.items])
        told = zip(page.items, words, strict=True)
        return page.of(_answer(row, text) for row, text in told if text)


def _answer(row: AnyRow, text: str) -> PublishedAnswer:
    question, answer = json.loads(text)
    return value_of(
        PublishedAnswer,
        row,
        exemptions=tuple(row.exemptions.split()),
        question=question,
        answer=answer,
    )
