"""Requests of people for their own data, worked over HTTP."""

from __future__ import annotations

from typing import Any

from tests.integration.api.driver import World
from tests.integration.api.prints import record as record_of
from tests.integration.requests.working import Worked


def own_request(world: World, person: int = 1, **other: Any) -> Worked:
    """Open the request of a person for their own data and return it."""
    said = record_of(person)
    body = {
        "kind": "subject-access",
        "asker": {"kind": "person"},
        "purpose": "request of the person",
        "legal_basis": "dpa-2018-s45",
        "received_on": "2026-01-31",
        "subject": {name: said[name] for name in ("names", "dates_of_birth", "place_of_birth")},
    }
    answer = world.officer().post("/v1/requests", body | other)
    assert answer.status_code == 201, answer.text
    return Worked(world, answer.json()["request_id"])


UNKNOWN = {"names": [{"forename": "Zebedee", "surname": "Unheardof"}]}
"""Details that name nobody here."""


def identified(request: Worked) -> Worked:
    """Bring a request to where it is decided: the person is identified, or not held."""
    if request.search_by_details():
        request.identify_first()
    else:
        request.identify()
    return request


def prepared(request: Worked, **other: Any) -> dict[str, Any]:
    """Prepare the answer of a request and return it."""
    answer = request.post("answer", **({"search": "Records, prints and the log."} | other))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def document_of(request: Worked) -> dict[str, Any]:
    """Return the document as it left."""
    answer = request.officer.get(f"{request.at}/answer/document")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def pdf_of(request: Worked) -> bytes:
    """Return the document as it left, as PDF."""
    answer = request.officer.get(f"{request.at}/answer/document.pdf")
    assert answer.status_code == 200, answer.text
    return answer.content
