"""Records with convictions, and requests that are worked to their end over HTTP."""

from __future__ import annotations

from typing import Any

from httpx2 import Response

from domain.ids import RequestId
from tests.integration.api.driver import User, World
from tests.integration.api.prints import record as record_of
from tests.integration.api.prints import tenprint

FINE = {
    "court": {"name": "Leeds Magistrates' Court", "code": "2721"},
    "decided_on": "2024-02-01",
    "offences": [
        {
            "national_code": "TH68010",
            "title": "Theft from a shop",
            "common_code": {"table": "eu-offences/1", "code": "1502"},
            "began_on": "2024-01-XX",
        }
    ],
    "sanctions": [
        {
            "kind": "custody",
            "duration": "P6M",
            "amounts": [{"hundredths": 12_000, "currency": "GBP"}],
        }
    ],
    "was_under_18": False,
    "is_summary_only": False,
}
"""A conviction that is spent some time after 2025."""

FOREIGN = FINE | {
    "court": {"name": "Sąd Rejonowy", "country": "POL"},
    "source": {"kind": "other State", "name": "POL"},
    "restrictions": {"purposes": ["criminal proceedings"]},
}


def add_convictions(
    world: World, record_id: str, *convictions: dict[str, Any], force: str = "01"
) -> int:
    """Amend a record by convictions and return its version."""
    changes = [
        {"change": "add", "item": {"kind": "conviction", "conviction": one}} for one in convictions
    ]
    return amend(world, record_id, *changes, force=force)


def amend(world: World, record_id: str, *changes: dict[str, Any], force: str = "01") -> int:
    """Amend a record and return its version."""
    user = world.force(force)
    live = user.get(f"/v1/records/{record_id}").json()["version"]
    body = {
        "expected_version": live,
        "changes": changes,
        "reason": "court result",
        "reason_text": "Result of the court.",
        "source": "court",
        "source_reference": "Leeds 7 of 2024",
    }
    answer = user.post(f"/v1/records/{record_id}/amendments", body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["version"])


def asked(person: int = 1, **other: Any) -> dict[str, Any]:
    """Return a request of Poland about a person."""
    said = record_of(person)
    kept = ("names", "dates_of_birth", "sex", "place_of_birth")
    return {
        "kind": "conviction-information",
        "asker": {"kind": "state", "code": "POL"},
        "purpose": "criminal investigation",
        "legal_basis": "eufra-2020",
        "received_on": "2026-03-02",
        "subject": {name: said[name] for name in kept},
        "reference": "II K 12/26",
    } | other


class Worked:
    """One request, stepped as its version stands."""

    def __init__(self, world: World, request_id: str) -> None:
        self.world = world
        self.at = f"/v1/requests/{request_id}"
        self.officer = world.officer()

    def read(self) -> dict[str, Any]:
        answer = self.officer.get(self.at)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def _version(self) -> int:
        """Return how far the request stands; nobody looks at it for that."""
        with self.world.services.units.read() as unit:
            file = unit.requests.file(RequestId(self.at.rpartition("/")[2]))
        assert file is not None
        return file.version

    def post(self, path: str, by: User | None = None, **body: Any) -> Response:
        body["expected_version"] = self._version()
        return (by or self.officer).post(f"{self.at}/{path}", body)

    def step(self, step: str, **body: Any) -> str:
        answer = self.post("steps", step=step, **body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["state"])

    def search_by_details(self) -> list[dict[str, Any]]:
        """Accept, look for the person by details, and return the candidates."""
        self.step("accept")
        assert self.post("search").status_code == 201
        return list(self.officer.get(f"{self.at}/candidates").json()["candidates"])

    def search_by_prints(self, person: int) -> str:
        """Accept, and put prints of a person to the examiners."""
        self.step("accept")
        answer = self.post("search", impressions=tenprint(person, capture=3))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["search_id"])

    def identify(self, **body: Any) -> dict[str, Any]:
        answer = self.post("identification", **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def identify_first(self) -> dict[str, Any]:
        """Identify the first candidate by details."""
        first, *_ = self.officer.get(f"{self.at}/candidates").json()["candidates"]
        return self.identify(candidate_id=first["candidate_id"], words="Passport seen.")

    def prove(self) -> None:
        """Tick every stated answer that nobody has seen shown, as an officer with the papers."""
        read = self.officer.get(f"{self.at}/proofs").json()
        missing = [one for one in read["claims"] if one["proved"] is None]
        if not read["is_demanded"] or not missing:
            return
        papers = self.officer.get(f"{self.at}/documents").json()["documents"]
        shown_by = papers[0]["document_id"] if papers else None
        checks = [{"claim": one["claim"], "document_id": shown_by} for one in missing]
        answer = self.post("proofs", checks=checks)
        assert answer.status_code == 200, answer.text

    def release(self) -> dict[str, Any]:
        """Tick answers, propose to release, have another agree, and return the disclosure."""
        self.prove()
        answer = self.post("decision", decision="release")
        assert answer.status_code == 200, answer.text
        if answer.json()["state"] == "second reading":
            other = self.world.officer("officer-b")
            answer = self.post("second-reading", by=other, agrees=True)
            assert answer.status_code == 200, answer.text
        return dict(self.read()["disclosures"][-1])


def opened(world: World, **other: Any) -> Worked:
    """Open a request and return it."""
    answer = world.officer().post("/v1/requests", asked(**other))
    assert answer.status_code == 201, answer.text
    return Worked(world, answer.json()["request_id"])


def record_id_of(world: World, person: int) -> str:
    """Return the record of a person whom `World.enrol` enrolled."""
    name = f"Surname{person}"
    listed = world.force().get("/v1/records").json()["records"]
    for one in listed:
        read = world.force().get(f"/v1/records/{one['record_id']}").json()
        if any(item["item"].get("surname") == name for item in read["items"]):
            return str(one["record_id"])
    raise AssertionError(name)
