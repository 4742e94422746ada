"""Applications in a store in which everything has happened once: begun, sent, asked about."""

from __future__ import annotations

from domain.requests.request_states import RequestState
from tests.integration.api.driver import World
from tests.integration.applications.applying import applied_for, offered, sent, started
from tests.integration.certificates.applying import certificate_of, issued
from tests.integration.disclosure.asking import identified, prepared
from tests.integration.requests.working import Worked


def apply_to_the_office(world: World) -> None:
    """Leave a form unfinished, and have another sent, asked about, answered and withdrawn."""
    with offered():
        # Without documents: those of a draft are its author's alone, as its answers are, and no
        # event commits to them before the form is sent.
        started(world)
        applicant = sent(world, person=91)
        with world.services.units.read() as unit:
            (request_id,) = [
                file.request.request_id
                for file in unit.requests.listed({RequestState.RECEIVED}, limit=100)
                if file.request.kind == "library-ticket"
            ]
        Worked(world, request_id).step("ask", words="Which library?")
        assert applicant.post("answer", {"words": "Exeter."}).status_code == 200
        assert applicant.post("withdrawal").status_code == 200
    _hand_over(world)
    _subscribe(world)


def _hand_over(world: World) -> None:
    """Have a person apply for their own data, and fetch the answer.

    Nobody here is like them: a namesake may be restricted, and then nothing lies ready.
    """
    name = {"forename": ["Ottoline"], "surname": ["Vavasour"]}
    applicant = applied_for(world, "subject-access", name=name)
    request = identified(_received(world, "subject-access"))
    prepared(request)
    request.release()
    assert request.officer.post(f"{request.at}/handovers").status_code == 201
    fetched = applicant.post("handed/1/fetching")
    assert fetched.status_code == 200, fetched.text


def _subscribe(world: World) -> None:
    """Have a person apply for a certificate, subscribe, be asked about, and end it."""
    name = {"forename": ["Isolde"], "surname": ["Marchbanks"]}
    applicant = applied_for(world, "police-certificate", name=name)
    request = identified(_received(world, "police-certificate"))
    request.release()
    issued(request)
    told = applicant.post("subscription").json()
    number = certificate_of(request)["number"]
    asked = {"number": number, "code": told["code"], "organisation": "Harbour School"}
    answer = world.client.post("/v1/certificates/watch-check", json=asked)
    assert answer.json() == {"answer": "unchanged"}
    assert applicant.post("subscription/end").status_code == 200


def _received(world: World, kind: str) -> Worked:
    """Return the request of a kind that nobody has accepted."""
    with world.services.units.read() as unit:
        (request_id,) = [
            file.request.request_id
            for file in unit.requests.listed({RequestState.RECEIVED}, limit=100)
            if file.request.kind == kind
        ]
    return Worked(world, request_id)
