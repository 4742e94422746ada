"""Countable facts: given with the events that they count, and counted by the cuts of the cube."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, insert, select

from domain.publication import CountableFact, Quarter, Stage
from service.storage.engine.rows import row_of
from service.storage.tables.office import countable_facts
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class CountedClass:
    """How many facts share all that the cube knows of them."""

    service: str
    outcome: str
    timeliness: str
    asker: str
    party: str
    duration: int
    """The number of the band of days, from 0."""
    count: int


class Facts(TransactionPart):
    """Written once."""

    def give(self, fact: CountableFact) -> None:
        """Store a fact."""
        row = row_of(
            countable_facts,
            fact,
            fact_row=self._transaction.numbers.one(countable_facts.c.fact_row),
            quarter=str(Quarter.of(fact.counted_on)),
        )
        self._connection.execute(insert(countable_facts).values(row).inline())

    def count(
        self, quarter: Quarter, stage: Stage, bands: tuple[int, ...]
    ) -> tuple[CountedClass, ...]:
        """Count the facts of a quarter; `bands`: the last day of each band but the last one."""
        rows = self._connection.execute(counting(quarter, stage, bands)).all()
        return tuple(CountedClass(*row) for row in rows)


def counting(quarter: Quarter, stage: Stage, bands: tuple[int, ...]) -> Select[Any]:
    """Return the one query of a release; the index of the cube answers it."""
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
