"""The parts that every scene shares: the served store, two case officers, and the people."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from data.synthetic.population import Population
from domain.ids import SearchId
from domain.people.people import Record
from domain.plain_values import plain
from service.demo.calls import ApiCaller, search_body
from service.demo.examiners import both_examine, truth_of
from service.demo.scenario import PlannedSearch
from service.demo.stage import Stage
from service.demo.tour import Work
from service.usecases.services import Services

_STATED = ("names", "dates_of_birth", "sex", "place_of_birth")


def stated(record: Record) -> dict[str, Any]:
    """Return the details on record that a request states about its person."""
    details = plain(record.details)
    return {name: details[name] for name in _STATED if details.get(name)}


@dataclass(frozen=True, slots=True)
class Scene:
    """The parts that one scene uses."""

    stage: Stage
    officers: tuple[ApiCaller, ApiCaller]
    population: Population
    persons: int
    """Enrolled people, numbered from 0."""
    run: int
    """The number of the demo's run; each run makes its own captures."""

    @property
    def services(self) -> Services:
        """The services of the served store."""
        return self.stage.runtime.services

    @property
    def today(self) -> date:
        """The day by the clock of the store."""
        return self.services.today()

    def say(self, sentence: str) -> None:
        """Print a sentence for the person who runs the demo."""
        self.stage.console.print(sentence)

    def people_on_record(self) -> Iterator[tuple[int, Record]]:
        """Yield the enrolled people with a record and their numbers, starting from the last."""
        for number in range(self.persons - 1, -1, -1):
            record = self.population.records(number, number + 1)[0]
            if record is not None:
                yield number, record

    def opened(self, body: dict[str, Any]) -> Work:
        """Have the first case officer open a request, and return it."""
        first, _ = self.officers
        return Work(first, str(first.post("/v1/requests", body)["request_id"]))

    def identified_by_prints(self, work: Work, planned: PlannedSearch) -> dict[str, Any]:
        """Let the examiners compare an applicant's prints, and return the identification."""
        body = search_body(planned.search_type, planned.probe.probe)
        searched = work.post("search", impressions=body["impressions"])
        self.stage.remember(SearchId(searched["search_id"]), planned)
        truth = truth_of(self.population, planned)
        with self.stage.callers() as callers:
            both_examine(self.stage.runtime, callers, [truth])
        return dict(work.post("identification"))

    def own_request(self, kind: str, record: Record) -> dict[str, Any]:
        """Return the body of a person's request about their own data, as on record."""
        return self._request(kind, stated(record), "dpa-2018")

    def certificate_request(self, subject: dict[str, Any]) -> dict[str, Any]:
        """Return the body of an application for a police certificate."""
        asked = self._request("police-certificate", subject, "own-request")
        return asked | {"facts": {"countries": "CAN"}}

    def _request(self, kind: str, subject: dict[str, Any], legal_basis: str) -> dict[str, Any]:
        return {
            "kind": kind,
            "asker": {"kind": "person"},
            "purpose": "request of the person",
            "legal_basis": legal_basis,
            "received_on": self.today.isoformat(),
            "subject": subject,
        }

    def identified_by_documents(self, work: Work, record: Record) -> None:
        """Search by details, and choose the candidate whom the documents prove."""
        work.post("steps", step="accept")
        work.post("search")
        named = work.officer.get(f"{work.path}/candidates")["candidates"]
        found = next(one for one in named if one["record_id"] == record.record_id)
        work.post(
            "identification",
            candidate_id=found["candidate_id"],
            words="The passport shows the name and the day of birth of the record.",
        )

    def downloaded(self, path: str) -> bytes:
        """Return a document as downloaded by the first of the two officers."""
        first, _ = self.officers
        answer = first.client.get(path, headers={"X-Purpose": first.purpose})
        answer.raise_for_status()
        return answer.content

    def _prove(self, work: Work) -> None:
        """Tick every stated answer, as an officer does with the documents in front of them."""
        read = work.officer.get(f"{work.path}/proofs")
        if read["is_demanded"]:
            work.post("proofs", checks=[{"claim": one["claim"]} for one in read["claims"]])

    def released(self, work: Work) -> None:
        """Have one officer tick the answers and propose a release, and another agree."""
        self._prove(work)
        work.post("decision", decision="release")
        replace(work, officer=self.officers[1]).post("second-reading", agrees=True)
