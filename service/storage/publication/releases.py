"""Countable facts, statistics releases and published answers; facts for inspectors."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, func, select

from domain.conversion.form import ErrorClass
from domain.conversion.frames import LotVerdict
from domain.errors import ConflictError
from domain.ids import EventType, RequestId
from domain.list_pages import ListPage
from domain.plain_values import canonical_json, plain
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
from service.storage.tables import conversion
from service.storage.tables.log import event_subjects, events
from service.storage.tables.office import countable_facts, information_answers, statistics_releases
from service.storage.tables.requests import disclosure_notices, notice_acknowledgements
from service.storage.transaction import TransactionPart


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
    return canonical_json(plain(content))


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
    stated = json.loads(row.content)
    tables = tuple(map(_table, stated["tables"]))
    content = ReleaseContent(stated["quarter"], stated["rules"], stated["query_sha256"], tables)
    return value_of(Release, row, quarter=Quarter.parse(row.quarter), content=content)


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
        answers = information_answers.c
        # A request may be answered again: its id is no place in the list.
        key = (answers.request_id + ":" + cast(answers.number, String)).label("place")
        query = select(information_answers, key)
        by = newest(answers.answered_on, answers.request_id, answers.number)
        page = self._list_page(query, by, key, behind=before, limit=limit)
        told = zip(page.items, self._words(page.items), strict=True)
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


@dataclass(frozen=True, slots=True)
class Ended:
    """A request or case that has ended; these form the population from which a sample is drawn."""

    subject_id: str
    service: str
    counted_on: date
    outcome: str
    timeliness: str


@dataclass(frozen=True, slots=True)
class Use:
    """How often an event of one type (an access or refusal) happened, for how many accounts."""

    event_type: EventType
    events: int
    accounts: int


@dataclass(frozen=True, slots=True)
class OpenNotice:
    """A notice that its recipient has not acknowledged."""

    notice_id: str
    kind: str
    given_on: date


@dataclass(frozen=True, slots=True)
class ReadUnits:
    """The number of fields of old records read by samplers, in lots with the same verdict."""

    verdict: LotVerdict
    error_class: ErrorClass
    is_seeded: bool
    """Whether an error was planted for the sampler to find."""
    read: int
    wrong: int
    """The number that the sampler found to differ from the text of the frame."""


class AuditRows(TransactionPart):
    """Facts for inspectors. Read-only."""

    def ended(self, first: date, last: date) -> tuple[Ended, ...]:
        """Return the requests and cases that ended between two days, inclusive, in order."""
        facts = countable_facts.c
        query = (
            select(countable_facts)
            .where(
                facts.stage == Stage.CLOSED.value,
                facts.counted_on >= first,
                facts.counted_on <= last,
            )
            .order_by(facts.fact_row)
        )
        return self._all(Ended, query)

    def use(
        self, types: Collection[EventType], since: datetime, until: datetime
    ) -> tuple[Use, ...]:
        """Return how often events of these types happened from `since` until before `until`."""
        query = (
            select(events.c.event_type, func.count(), func.count(events.c.actor.distinct()))
            .where(
                events.c.event_type.in_(sorted(types)),
                events.c.at >= since,
                events.c.at < until,
            )
            .group_by(events.c.event_type)
            .order_by(events.c.event_type)
        )
        return tuple(Use(*row) for row in self._connection.execute(query))

    def has_pack(self, sums_sha256: str) -> bool:
        """Whether the log has an event for an inspection pack with this digest of its sums."""
        query = select(event_subjects.c.seq).where(event_subjects.c.subject_ref == sums_sha256)
        return self._has(query)

    def open_notices(self) -> tuple[OpenNotice, ...]:
        """Return notices without an acknowledgement, oldest first."""
        query = (
            select(disclosure_notices)
            .outerjoin(
                notice_acknowledgements,
                notice_acknowledgements.c.notice_id == disclosure_notices.c.notice_id,
            )
            .where(notice_acknowledgements.c.notice_id.is_(None))
            .order_by(disclosure_notices.c.given_on, disclosure_notices.c.notice_row)
        )
        return self._all(OpenNotice, query)

    def lots(self, since: datetime, until: datetime) -> Mapping[LotVerdict, int]:
        """Return the number of lots with each verdict, from `since` until before `until`."""
        made = conversion.conversion_lot_decisions.c
        query = (
            select(made.decision, func.count())
            .where(made.decided_at >= since, made.decided_at < until)
            .group_by(made.decision)
        )
        return {LotVerdict(name): count for name, count in self._connection.execute(query)}

    def read_units(self, since: datetime, until: datetime) -> tuple[ReadUnits, ...]:
        """Return the readings of samples of lots decided from `since` until before `until`."""
        made, units = conversion.conversion_lot_decisions.c, conversion.conversion_draw_units.c
        readings = conversion.conversion_unit_readings.c
        wrong = func.sum(case((readings.is_right, 0), else_=1))
        groups = (made.decision, units.error_class, units.is_seeded)
        query = (
            select(*groups, func.count(), wrong)
            .join_from(
                conversion.conversion_lot_decisions,
                conversion.conversion_draw_units,
                and_(*(made[name] == units[name] for name in _DRAW)),
            )
            .join(
                conversion.conversion_unit_readings,
                and_(*(units[name] == readings[name] for name in (*_DRAW, "place"))),
            )
            .where(made.decided_at >= since, made.decided_at < until)
            .group_by(*groups)
            .order_by(*groups)
        )
        return tuple(
            ReadUnits(LotVerdict(verdict), ErrorClass(kind), bool(is_seeded), int(read), int(bad))
            for verdict, kind, is_seeded, read, bad in self._connection.execute(query)
        )


_DRAW = ("lot_id", "round", "draw")
