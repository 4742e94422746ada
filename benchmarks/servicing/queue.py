"""The case officers' desk, day by day: requests arrive, wait by due day, and are worked.

Arrivals fall evenly on days; on a working day the staff work a little more than arrive on one,
those due first. The list is the product's own, and so is the day on which something is late.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.desk import agree
from benchmarks.servicing.office import Office
from benchmarks.servicing.rows import ServiceRow
from benchmarks.servicing.staff import opened
from benchmarks.servicing.year import Service
from domain.ids import RequestId
from domain.request_states import RequestState
from service.usecases.requests.reading import ListedRequest, RequestsWanted, list_requests

DAYS = 91
"""Simulated: a quarter."""

SPARE = 1.1
"""The staff work so many times as much as arrives on average, on working days alone."""

_PAGE = 50
_WEEKEND = (5, 6)


@dataclass(slots=True)
class Desk:
    """Open requests, and the rows of figures."""

    office: Office
    rows: dict[str, ServiceRow]
    waiting: dict[RequestId, tuple[Service, Applicant, int]] = field(default_factory=dict)
    """With the day on which each arrived."""
    page_s: list[float] = field(default_factory=list)
    most_waiting: int = 0

    def work(self, coming: Sequence[Service], applicants: Iterator[Applicant]) -> None:
        """Let everything arrive, and work until nothing waits."""
        agree(self.office)
        a_day = len(coming) / DAYS
        strength, arrived = 0.0, 0
        while arrived < len(coming) or self.waiting:
            until = min(len(coming), round((self.office.days + 1) * a_day))
            for service in coming[arrived:until]:
                self._receive(service, next(applicants))
            arrived = until
            self.most_waiting = max(self.most_waiting, len(self.waiting))
            if self.office.services.surroundings.clock().weekday() not in _WEEKEND:
                strength += a_day * SPARE * 7 / 5
                while strength >= 1 and (worked := self._work_page(int(strength))):
                    strength -= worked
                strength = min(strength, 1.0)
            self.office.days += 1

    def _receive(self, service: Service, applicant: Applicant) -> None:
        request_id = opened(self.office, applicant, service.asked)
        self.waiting[request_id] = (service, applicant, self.office.days)

    def _work_page(self, most: int) -> int:
        """Work the first requests of a page of the list; return how many."""
        began = time.process_time()
        page = list_requests(
            self.office.services,
            self.office.first,
            RequestsWanted(frozenset({RequestState.RECEIVED})),
            limit=min(most, _PAGE),
        ).requests
        self.page_s.append(time.process_time() - began)
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
