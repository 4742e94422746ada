"""The case officers' desk, day by day: requests arrive, are queued by due day, and are worked.

Arrivals are spread evenly over the days. On a working day the staff work a little more requests
than arrive in a day, those due first. The list is the product's own, and so is the day on which a
request is late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.machine import Watch
from benchmarks.runner import rows_table
from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.desk import Service, agree
from benchmarks.servicing.office import Office, opened
from domain.errors import LinkingError
from domain.ids import RequestId
from domain.requests.request_states import RequestState
from service.usecases.requests.reading import ListedRequest, RequestsWanted, list_requests

DAYS = 91
"""Number of days simulated: a quarter."""

SPARE = 1.1
"""Staff work this many times as many requests as arrive on average, only on working days."""

_PAGE = 50
_WEEKEND = (5, 6)


@dataclass(slots=True)
class Desk:
    """Open requests, and the rows of figures."""

    office: Office
    rows: dict[str, ServiceRow]
    waiting: dict[RequestId, tuple[Service, Applicant, int]] = field(default_factory=dict)
    """Open requests, with the day on which each arrived."""
    page_s: list[float] = field(default_factory=list)
    most_waiting: int = 0

    def work(self, coming: Sequence[Service], applicants: Iterator[Applicant]) -> None:
        """Let all requests arrive, and work until none is left."""
        agree(self.office)
        a_day = len(coming) / DAYS
        strength, arrived = 0.0, 0
        while arrived < len(coming) or self.waiting:
            until = min(len(coming), round((self.office.days + 1) * a_day))
            for service in coming[arrived:until]:
                self._receive(service, next(applicants))
            arrived = until
            self.most_waiting = max(self.most_waiting, len(self.waiting))
            if self.office.services.now().weekday() not in _WEEKEND:
                strength += a_day * SPARE * 7 / 5
                while strength >= 1 and (worked := self._work_page(int(strength))):
                    strength -= worked
                strength = min(strength, 1.0)
            self.office.days += 1

    def _receive(self, service: Service, applicant: Applicant) -> None:
        request_id = opened(self.office, applicant, service.asked)
        self.waiting[request_id] = (service, applicant, self.office.days)

    def _work_page(self, most: int) -> int:
        """Work the first requests on a page of the list; return how many."""
        with Watch() as spent:
            page = list_requests(
                self.office.services,
                self.office.first,
                RequestsWanted(frozenset({RequestState.RECEIVED})),
                limit=min(most, _PAGE),
            ).requests
        self.page_s.append(spent.cpu_s)
        for one in page:
            self._finish(one)
        return len(page)

    def _finish(self, one: ListedRequest) -> None:
        service, applicant, arrived = self.waiting.pop(one.file.request.request_id)
        row = self.rows[service.name]
        row.late += one.due.is_overdue
        row.waited.append(self.office.days - arrived)
        row.add(self.office, service, applicant, one.file.request.request_id)

    def figures(self) -> dict[str, Any]:
        """Return the figures of the desk as a whole."""
        pages = sorted(self.page_s)
        return {
            "days": self.office.days,
            "most_waiting": self.most_waiting,
            "list_processor_ms_p95": round(1_000 * pages[int(0.95 * len(pages))], 1),
        }


@dataclass(slots=True)
class ServiceRow:
    """The figures of one kind of request."""

    a_year: int
    ended: Counter[str] = field(default_factory=Counter)
    to_a_person: int = 0
    errors: int = 0
    late: int = 0
    """Requests that were past their legal due day when staff took them."""
    waited: list[int] = field(default_factory=list)
    """Days between receipt and the work on each request."""
    spent_s: list[float] = field(default_factory=list)

    def add(
        self, office: Office, service: Service, applicant: Applicant, request_id: RequestId
    ) -> None:
        """Work one open request to its end, and count the result."""
        before = Counter(office.counts)
        with Watch() as spent:
            try:
                outcome = service.finish(office, applicant, request_id)
            except LinkingError as error:
                office.counts["errors"] += 1
                outcome = f"error: {error.code}"
        self.ended[outcome] += 1
        office.outcomes[f"{service.name}: {outcome}"] += 1
        self.spent_s.append(spent.cpu_s)
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


def markdown(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the rows as the table in the documentation."""
    named = []
    for name, row in rows.items():
        ended = ", ".join(f"{outcome} {count}" for outcome, count in row["outcomes"].items())
        named.append({**row, "name": f"`{name}`", "ended": ended})
    return rows_table("services", named)
