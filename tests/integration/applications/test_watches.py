"""The holder of a certificate subscribes; whoever has the code learns that it changed, no more."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event as statements

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.ids import UserId
from service.live.refusals import Refusals
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.applications.drafting import Access
from service.usecases.applications.handing import show_subscription
from service.usecases.certificates.checking import check_watch
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.workers import later
from tests.integration.applications.applying import Applicant, applied_for
from tests.integration.certificates.applying import certificate_of, issued
from tests.integration.disclosure.asking import identified
from tests.integration.disclosure.restricting import lifted, restricted
from tests.integration.public.visiting import texts_in, visiting
from tests.integration.requests.working import FINE, Worked, add_convictions
from tests.integration.web.driver import Office, browser

CERTIFICATE = "police-certificate"

CARRIER = Caller(
    Actor(UserId("pages"), Role.PUBLIC_PAGES, None, frozenset(Scope)), Purpose.APPLICATION
)


def held(
    world: World, person: int = 1, record_id: str | None = None
) -> tuple[Applicant, dict[str, Any]]:
    """Have a person apply and get a certificate, on a record if one is named; return both."""
    applicant = applied_for(world, CERTIFICATE, person)
    listed = world.officer().get("/v1/requests?limit=100").json()["requests"]
    (mine,) = [one["request_id"] for one in listed if one["state"] == "received"]
    request = Worked(world, mine)
    if record_id is None:
        identified(request)
    else:
        found = {one["record_id"]: one["candidate_id"] for one in request.search_by_details()}
        request.identify(candidate_id=found[record_id], words="Passport seen.")
    request.release()
    issued(request)
    return applicant, certificate_of(request)


def subscribed(applicant: Applicant) -> str:
    """Subscribe and return the code that the holder passes on."""
    answer = applicant.post("subscription")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def asked(world: World, number: str, code: str, organisation: str = "Harbour School") -> str:
    """Ask as anybody does who has a number and a code."""
    body = {"number": number, "code": code, "organisation": organisation}
    answer = world.client.post("/v1/certificates/watch-check", json=body)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["answer"]
    return str(answer.json()["answer"])


@pytest.mark.journey
@pytest.mark.promise("records")
def test_a_holder_subscribes_is_asked_about_and_ends_it(world: World) -> None:
    made = world.enrol(1)
    applicant, certificate = held(world)
    number = certificate["number"]
    assert applicant.get("/subscription").json()["code"] == ""
    code = subscribed(applicant)

    answers = [asked(world, number, code), asked(world, number, "0" * 26)]
    add_convictions(world, made["record_id"], FINE)
    answers.append(asked(world, number, code, "Ferry Line"))
    seen = applicant.get("/subscription").json()
    ended = applicant.post("subscription/end").json()
    answers.append(asked(world, number, code))

    assert answers == ["unchanged", "no subscription", "changed, ask anew", "no subscription"]
    assert seen["code"] == code
    assert [(one["organisation"], one["answer"]) for one in seen["checks"]] == [
        ("Harbour School", "unchanged"),
        ("Ferry Line", "changed, ask anew"),
    ]
    assert (ended["code"], ended["checks"]) == ("", seen["checks"])
    assert applicant.post("subscription/end").status_code == 404
    assert applicant.post("subscription").status_code == 409
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_a_subscription_lasts_twelve_months_and_is_begun_once(sqlite_world: World) -> None:
    world = sqlite_world
    applicant, certificate = held(world)
    code = subscribed(applicant)
    today = world.services.today()
    last = date.fromisoformat(applicant.get("/subscription").json()["last_day"])

    def on(day: date) -> str:
        services = later(world.services, day - today)
        return check_watch(services, certificate["number"], code, "Harbour School").value

    assert 364 <= (last - today).days <= 365
    assert (on(last), on(last + timedelta(days=1))) == ("unchanged", "no subscription")
    assert applicant.post("subscription").status_code == 409
    over = later(world.services, last + timedelta(days=1) - today)
    access = Access(CARRIER, applicant.reference, applicant.code)
    assert show_subscription(over, access).code == ""


def statements_of(world: World, number: str, code: str) -> tuple[str, list[str]]:
    """Return the answer to a question, and the statements that it took after another one."""
    # The first refusal of a window is an event: time stands still, so that no second one begins.
    services = replace(world.services, refusals=Refusals(seconds=lambda: 0.0))
    check_watch(services, "nothing", "nothing", "Harbour School")
    with services.units.read() as unit:
        engine = unit.transaction.connection.engine
    seen: list[tuple[int, str]] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append((threading.get_ident(), statement))

    statements.listen(engine, "before_cursor_execute", note)
    try:
        answer = check_watch(services, number, code, "Harbour School")
    finally:
        statements.remove(engine, "before_cursor_execute", note)
    mine = threading.get_ident()
    return answer.value, [statement for thread, statement in seen if thread == mine]


def test_erased_restricted_and_unknown_people_are_one_answer_by_the_same_statements(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    people = [world.enrol(person) for person in (1, 2)]
    made = [one["person_id"] for one in people]
    of_one, of_other = (held(world, n, one["record_id"]) for n, one in enumerate(people, 1))
    codes = [(cert["number"], subscribed(holder)) for holder, cert in (of_one, of_other)]
    assert [asked(world, *one) for one in codes] == ["unchanged"] * 2

    restriction = restricted(world, made[0])
    erased(world, made[1])
    ran = [statements_of(world, *one) for one in (*codes, (codes[0][0], "0" * 26))]

    assert ran[0] == ran[1] == ran[2]
    assert ran[0][0] == "no subscription"
    assert ran[0][1], "nothing was looked up: the test looks at the wrong engine"
    assert len(of_one[0].get("/subscription").json()["checks"]) == 1
    lifted(world, restriction)
    assert asked(world, *codes[0]) == "unchanged"


def test_the_pages_of_the_holder_and_of_whoever_asks(either_office: Office) -> None:
    world = either_office.world
    applicant, certificate = held(world)
    with texts_in(), visiting(world) as visitor:
        at = {"reference": applicant.reference, "code": applicant.code}
        visitor.send("/open", at)
        shown = visitor.send("/application/subscription", {"act": "begin"})
        again = visitor.send("/application/subscription", {"act": "begin"})
        code = applicant.get("/subscription").json()["code"]
        asked_by = {"number": certificate["number"], "code": code, "organisation": "Ferry <Line>"}
        stranger = browser(world.app)
        answer = stranger.post("/certificates/changes", data=asked_by)
        listed = visitor.get("/application/subscription")
        ended = visitor.send("/application/subscription", {"act": "end"})
        state = visitor.get("/application")

    assert code in shown.text
    assert code in again.text
    assert "Answer: unchanged" in answer.text
    assert "Ferry &lt;Line&gt;. We told them: unchanged." in listed.text
    assert code not in ended.text
    assert 'href="/application/subscription"' in state.text
    missing = stranger.post("/certificates/changes", data={"number": "1", "code": "2"})
    assert "Enter the name of your organisation." in missing.text


def test_nobody_on_record_who_comes_on_record_is_a_change(sqlite_world: World) -> None:
    world = sqlite_world
    applicant, certificate = held(world)
    code = subscribed(applicant)
    assert certificate["outcome"] == "No Trace"
    assert asked(world, certificate["number"], code) == "unchanged"

    world.enrol(1)

    assert asked(world, certificate["number"], code) == "changed, ask anew"
