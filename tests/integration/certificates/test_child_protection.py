"""Child protection certificates: nothing leaves before the body outside has answered."""

from __future__ import annotations

import re
from typing import Any

import pytest

from domain.access.access import ROLE_SCOPES, Role, Scope
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.certificates.applying import content_of, document_of, enrolled, issued, read
from tests.integration.certificates.referring import body, child_protection, refer, reply
from tests.integration.certificates.test_certificates import LIVE, OLD, UNREADABLE
from tests.integration.requests.working import Worked, add_convictions
from tests.integration.tenancy.bodies import BODIES
from tests.integration.tenancy.calls import documented


def identified(world: World, *convictions: dict[str, Any]) -> Worked:
    """Return an application whose person is identified, or not held without a conviction."""
    if convictions:
        _, record_id = enrolled(world)
        add_convictions(world, record_id, *convictions)
    request = child_protection(world)
    if request.search_by_details():
        request.identify_first()
    else:
        request.identify()
    return request


def refused(request: Worked) -> None:
    """Demand that no release is taken."""
    assert_problem(request.post("decision", decision="release"), 409, "not-releasable")


def test_nothing_is_released_without_the_answer_of_the_body(world: World) -> None:
    request = identified(world, LIVE)
    refused(request)
    first = refer(request)
    refused(request)
    assert_problem(request.officer.post(f"{request.at}/referral"), 409, "request-step")
    reply(world, first, "objection", words="We act first.")
    refused(request)
    reply(world, refer(request))

    request.step("ask", words="Are you the person of this record?")
    request.step("answer", words="I am.")
    assert request.post("search").status_code == 201
    request.identify_first()
    refused(request)

    last = refer(request)
    reply(world, last)
    path = f"/v1/referrals/{last}"
    assert_problem(
        body(world).post(f"{path}/reply", {"verdict": "objection", "words": "x"}), 409, "conflict"
    )
    assert_problem(body(world).get(path), 404, "not-found")
    request.release()
    assert issued(request)["outcome"] == "Trace"
    answers = request.officer.get(f"{request.at}/referrals").json()["referrals"]
    verdicts = [one["reply"]["verdict"] for one in answers]
    assert verdicts == ["objection", "no objection", "no objection"]
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


@pytest.mark.parametrize(
    ("convictions", "markers", "outcome"),
    [
        ((), (), "No Trace"),
        ((), ("abroad",), "Trace"),
        ((OLD,), (), "Trace"),
        ((LIVE, OLD), ("barred-list", "abroad"), "Trace"),
        ((UNREADABLE,), ("abroad",), "cannot be certified"),
    ],
)
def test_each_outcome_states_everything_that_a_rule_can_read(
    sqlite_world: World,
    convictions: tuple[dict[str, Any], ...],
    markers: tuple[str, ...],
    outcome: str,
) -> None:
    request = identified(sqlite_world, *convictions)
    reply(sqlite_world, refer(request), markers=list(markers))
    request.release()
    certificate = issued(request)
    document = document_of(request, certificate)
    content = content_of(sqlite_world, document)
    is_traced = outcome == "Trace"

    assert certificate["outcome"] == outcome
    assert certificate["rule"] == "child-protection-synthetic/1"
    assert "(synthetic)" in content["rule_words"]
    assert len(content.get("matters", ())) == (len(convictions) if is_traced else 0)
    assert len(content.get("markers", ())) == (len(markers) if is_traced else 0)
    assert read(sqlite_world, document).holds
    assert "Seen." not in str(content), "the words of the body are for the office alone"


def test_a_refusal_needs_no_answer_and_an_application_an_organisation(
    sqlite_world: World,
) -> None:
    request = identified(sqlite_world)
    proposed = request.post("decision", decision="refuse", ground="not-issued", words="No.")
    assert proposed.json()["state"] == "second reading"

    with pytest.raises(AssertionError, match="organisation"):
        child_protection(sqlite_world, facts={"countries": "FRA"})


@pytest.mark.dear("makes and checks sealed documents")
def test_the_body_answers_referrals_and_may_do_nothing_else(sqlite_world: World) -> None:
    world = sqlite_world
    request = identified(world, LIVE)
    referral_id = refer(request)
    user = body(world)
    ids = dict.fromkeys(_ids(world), "0" * 32)

    for call in documented(world):
        if call.scope not in (None, Scope.ANSWER_REFERRALS):
            answer = call.send(world, user.headers, ids)
            assert answer.status_code == 403, call.operation

    assert ROLE_SCOPES[Role.REFERRAL_BODY] == {Scope.ANSWER_REFERRALS}
    assert [one["referral_id"] for one in user.get("/v1/referrals").json()["referrals"]] == [
        referral_id
    ]
    shown = user.get(f"/v1/referrals/{referral_id}").json()
    assert shown["names"] == ["Forename1 Surname1"]
    assert shown["facts"]["organisation"] == "A school in Lyon"
    assert "record_id" not in str(shown)
    wrong = {"verdict": "no objection", "markers": ["no-such"]}
    assert_problem(user.post(f"/v1/referrals/{referral_id}/reply", wrong), 400, "unknown-rule")
    empty = {"verdict": "objection", "words": " "}
    assert_problem(user.post(f"/v1/referrals/{referral_id}/reply", empty), 400, "invalid-input")
    for other in (world.officer(), world.supervisor(), world.force("01")):
        assert other.get(f"/v1/referrals/{referral_id}").status_code == 403


def _ids(world: World) -> set[str]:
    """Return the names of all ids in addresses and bodies."""
    addresses = " ".join(call.operation for call in documented(world))
    return set(re.findall(r"\{(\w+)\}", f"{addresses} {BODIES}"))
