"""The row of figures of each service: how many, how they ended, and the processor time of one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.markdown import Column, rows_table
from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.office import Office
from benchmarks.servicing.year import Service
from domain.errors import LinkingError
from domain.ids import RequestId


@dataclass(slots=True)
class ServiceRow:
    """The figures of one kind of request."""

    a_year: int
    ended: Counter[str] = field(default_factory=Counter)
    to_a_person: int = 0
    errors: int = 0
    late: int = 0
    """Past their legal day when they were taken up."""
    waited: list[int] = field(default_factory=list)
    """Days between receipt and the work."""
    spent_s: list[float] = field(default_factory=list)

    def add(
        self, office: Office, service: Service, applicant: Applicant, request_id: RequestId
    ) -> None:
        """Work one open request to its end, and count it."""
        before, began = Counter(office.counts), time.process_time()
        try:
            outcome = service.finish(office, applicant, request_id)
        except LinkingError as error:
            office.counts["errors"] += 1
            outcome = f"error: {error.code}"
        self.ended[outcome] += 1
        office.outcomes[f"{service.name}: {outcome}"] += 1
        self.spent_s.append(time.process_time() - began)
        self.to_a_person += office.counts["to_a_person"] - before["to_a_person"]
        self.errors += office.counts["errors"] - before["errors"]

    def figures(self) -> dict[str, Any]:
        """Return the row as plain values."""
        return {
            "a_year": self.a_year,
            "worked": self.ended.total(),
            "outcomes": dict(sorted(self.ended.items())),
            "to_a_person": self.to_a_person,
            "errors": self.errors,
            "late": self.late,
            "days_median": round(median(self.waited)),
            "days_most": max(self.waited),
            "processor_ms_each": round(1_000 * median(self.spent_s)),
        }


_COLUMNS = (
    Column("Kind", "name"),
    Column("A year", "a_year", ","),
    Column("Worked", "worked", ","),
    Column("Days, median", "days_median", ","),
    Column("Days, most", "days_most", ","),
    Column("Late", "late", ","),
    Column("To a person", "to_a_person", ","),
    Column("Errors", "errors", ","),
    Column("Processor ms, median", "processor_ms_each", ","),
    Column("Ended", "ended"),
)


def markdown(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the rows as the table of the documentation."""
    named = []
    for name, row in rows.items():
        ended = ", ".join(f"{outcome} {count}" for outcome, count in row["outcomes"].items())
        named.append({**row, "name": f"`{name}`", "ended": ended})
    return rows_table(_COLUMNS, named)
