"""Applications for certificates, worked to their release and issued over HTTP."""

from __future__ import annotations

from typing import Any

from domain.ids import PersonId
from service.provenance.credentials.checking import CheckedFile, TrustedKeys, check_file
from tests.integration.api.driver import World
from tests.integration.requests.working import Worked, asked

APPLICATION = {
    "kind": "police-certificate",
    "asker": {"kind": "person"},
    "purpose": "request of the person",
    "legal_basis": "own-request",
    "facts": {"countries": "FRA, DEU"},
    "reference": "",
}


def applied(world: World, person: int = 1, **other: Any) -> Worked:
    """Open an application of a person, whose papers show what they state."""
    answer = world.officer().post("/v1/requests", asked(person, **(APPLICATION | other)))
    assert answer.status_code == 201, answer.text
    request = Worked(world, answer.json()["request_id"])
    request.prove()
    return request


def enrolled(world: World, person: int = 1) -> tuple[str, str]:
    """Enrol a person with a record, and return both ids."""
    person_id = world.enrol(person)["person_id"]
    with world.services.units.read() as unit:
        row = unit.people.person_row(PersonId(person_id))
        assert row is not None
        return person_id, unit.people.records_of([row])[row].record_id


def released(world: World, person: int = 1, **other: Any) -> Worked:
    """Have an application released, the first candidate by details being the person."""
    request = applied(world, person, **other)
    if request.search_by_details():
        request.identify_first()
    else:
        request.identify()
    request.release()
    return request


def issued(request: Worked) -> dict[str, Any]:
    """Issue the certificate of a released application, and return it."""
    answer = request.officer.post(f"{request.at}/certificate")
    assert answer.status_code == 201, answer.text
    return {**answer.json(), **certificate_of(request)}


def certificate_of(request: Worked) -> dict[str, Any]:
    """Return the last certificate of an application."""
    answer = request.officer.get(f"{request.at}/certificates")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["certificates"][-1])


def document_of(request: Worked, certificate: dict[str, Any]) -> bytes:
    """Return the document of a certificate."""
    path = f"/v1/certificates/{certificate['certificate_id']}/document"
    answer = request.officer.get(path)
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def keys_of(world: World) -> TrustedKeys:
    """Return the keys that the office publishes."""
    keys = world.client.get("/v1/certificates/keys").json()
    return TrustedKeys(keys["office_key"], keys["log_key"])


def read(world: World, document: bytes) -> CheckedFile:
    """Return the check of a document by the published keys."""
    return check_file(document, keys_of(world))


def content_of(world: World, document: bytes) -> dict[str, Any]:
    """Return the content of a certificate's credential."""
    credential = read(world, document).credential
    assert credential is not None
    return dict(credential["credentialSubject"]["certificate"])


def checked(world: World, number: str, code: str) -> str:
    """Return the answer to anybody with a number and a code."""
    answer = world.client.post("/v1/certificates/check", json={"number": number, "code": code})
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["answer"]
    return str(answer.json()["answer"])
