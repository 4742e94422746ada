"""A new kind of request is one declaration: here, in a test, and worked through every state.

No file of the state machine, the tables, the log or the pages knows of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from domain.errors import InvalidInputError
from domain.requests.releasing import Destination, HeldConviction
from domain.requests.request_states import RequestState
from domain.requests.requests import IdentityBasis, PartyKind, Request
from domain.restrictions import UsePurpose
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.requests.kind import Assessed, Ground, Kind, Objection
from service.usecases.requests.kinds import KINDS
from tests.integration.agencies.agreeing import make_agreement
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.requests.working import FINE, Worked, add_convictions, opened, record_id_of

NAME = "library-card"


def _may_ask(request: Request) -> None:
    if request.ask is None or not request.ask.words:
        raise InvalidInputError("Say which library.", pointer="/words")


def _compute(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:
    return tuple(Assessed(one, f"held on {on.year}", "library/1") for one in held)


def _gives(item: Assessed, destination: Destination) -> Objection | None:
    return None


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Kind:
    """Register the kind: these lines are all that it takes."""
    made = Kind(
        name=NAME,
        title="Whether somebody may have a library card",
        may_ask=_may_ask,
        compute=_compute,
        gives=_gives,
        askers=frozenset({PartyKind.AGENCY}),
        purposes=frozenset({UsePurpose.ADMINISTRATIVE}),
        bases=frozenset({IdentityBasis.DETAILS, IdentityBasis.DOCUMENTS}),
        deciders=2,
        clock="subject-access",
        grounds=(Ground("closed", "The library is closed"),),
    )
    monkeypatch.setitem(KINDS, NAME, made)
    return made


ASKED = {
    "kind": NAME,
    "asker": {"kind": "agency", "code": "LIB"},
    "purpose": "administrative procedure",
    "words": "The town library.",
    "received_on": "2026-01-31",
}


def test_a_kind_is_worked_through_every_state(sqlite_world: World, kind: Kind) -> None:
    world = sqlite_world
    made = make_agreement(world, "LIB", purposes=[ASKED["purpose"]])
    assert made.status_code == 201, made.text
    world.enrol(1)
    add_convictions(world, record_id_of(world, 1), FINE)
    request = opened(world, **ASKED)

    seen = {*_until_decided(request), *_refused_at_last(request), request.step("close")}
    released = opened(world, **ASKED)
    assert released.search_by_details()
    released.identify_first()
    sent = released.release()
    seen |= {released.read()["state"], opened(world, **ASKED).step("withdraw", words="Moved.")}

    assert seen == {state.value for state in RequestState}
    assert (sent["outcome"], sent["items"]) == ("information", 1)
    read = request.read()
    assert read["disclosures"][0]["outcome"] == "denied"
    # One month from 31 January, stopped from 1 to 10 and from 11 to 12 February.
    assert read["due_on"] == "2026-03-12"
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def _until_decided(request: Worked) -> list[str]:
    """Ask for identity and for words, let it lapse and reopen it, search and identify."""
    seen = [request.read()["state"], request.step("want identity", words="Who?", on="2026-02-01")]
    seen += [request.step("lapse", words="No answer."), request.step("reopen", on="2026-02-10")]
    seen += [request.step("ask", words="Which town?", on="2026-02-11")]
    seen += [request.step("answer", on="2026-02-12")]
    assert request.post("search").status_code == 201
    seen.append(request.read()["state"])
    request.identify_first()
    assert request.post("assessment").status_code == 200
    return [*seen, request.read()["state"]]


def _refused_at_last(request: Worked) -> list[str]:
    """Propose a refusal, have it sent back, propose it again and have it agreed with."""
    seen = []
    other = request.world.officer("officer-b")
    for words, agrees in (("Refuse it.", False), ("", True)):
        request.post("decision", decision="refuse", ground="closed", words="Closed.")
        seen.append(request.read()["state"])
        read = request.post("second-reading", by=other, agrees=agrees, words=words)
        seen.append(read.json()["state"])
    return seen


def test_a_kind_says_what_may_be_asked(sqlite_world: World, kind: Kind) -> None:
    answer = sqlite_world.officer().post(
        "/v1/requests", {**ASKED, "subject": {}, "words": "", "legal_basis": ""}
    )

    assert_problem(answer, 400, "invalid-input")
    assert answer.json()["errors"][0]["pointer"] == "/words"


def test_no_file_of_the_product_knows_the_kind() -> None:
    root = Path(__file__).parents[3]
    files = [*root.glob("service/**/*.py"), *root.glob("domain/**/*.py")]

    assert files
    assert not [path for path in files if NAME in path.read_text(encoding="utf-8")]
