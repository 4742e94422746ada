"""What waits for whoever opens the first page: their part of a decision, and forms not sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.ids import UserId
from service.cli.context import CONSOLE
from service.cli.health import status
from service.cli.health.status import _work
from service.usecases.people.integrity import check_gallery
from service.usecases.today import _TAKES, Turn, Work, WorkKind, turns
from service.web import today as web_today
from service.web.today import _TURN_PAGES
from tests.integration.certificates.referring import child_protection, refer, reply
from tests.integration.disclosure.deleting import (
    arrest,
    arrested,
    asked,
    decide,
    decider,
    deletion_request,
)
from tests.integration.provenance.busy import capture_again
from tests.integration.retention.stating import capture_of, stated
from tests.integration.retention.working import DROPPED, enrol, planned, step
from tests.integration.web.clock import stop_clock
from tests.integration.web.driver import Office, hidden_fields, sign_in

ERASURE = {"basis": "court order", "authority": "order-7"}


def test_an_erasure_waits_for_every_supervisor_but_the_one_who_asked(office: Office) -> None:
    sue, tom = office.supervisor(), office.person("tom", Role.SUPERVISOR)
    person_id = str(office.world.enrol(1)["person_id"])
    sue.follow(f"erasures?person={person_id}", to="erasures", **ERASURE)

    waits = [turns(office.bench.services, one.caller(office)) for one in (sue, tom)]
    page = tom.page("today")
    (erasure_id,) = set(re.findall(r"erasures/([0-9a-f]{32})", tom.page("erasures")))
    tom.post(f"erasures/{erasure_id}/confirmation")

    assert waits == [{}, {Turn.ERASURES: 1}]
    assert '<a class="govuk-link" href="/workbench/erasures">Erasures to confirm</a>: 1<' in page
    assert "Nothing is waiting for you" in tom.page("today")
    assert 'href="/glossary">' in page


def test_a_form_that_was_not_sent_waits_for_its_writer(office: Office) -> None:
    clock, sue = stop_clock(office), office.supervisor()
    sent = hidden_fields(sue.page("erasures")) | ERASURE
    clock.move(minutes=31)
    sue.client.post("/workbench/erasures", data=sent)
    sign_in(sue, "supervisor-a")

    page, other = sue.page("today"), office.person("tom", Role.SUPERVISOR).page("today")

    assert '<a class="govuk-link" href="/workbench/erasures">A form that you filled in on' in page
    assert "A form that you filled in" not in other


def test_a_form_that_was_not_sent_is_discarded_by_its_writer_only(office: Office) -> None:
    clock, sue = stop_clock(office), office.supervisor()
    sent = hidden_fields(sue.page("erasures")) | ERASURE
    clock.move(minutes=31)
    sue.client.post("/workbench/erasures", data=sent)
    sign_in(sue, "supervisor-a")
    tom = office.person("tom", Role.SUPERVISOR)

    tom.follow("today", to="today/drafts", page="/workbench/erasures")
    kept = sue.page("today")
    sue.follow("today", to="today/drafts", page="/workbench/erasures")

    assert "Discard this form" in kept
    assert "A form that you filled in" not in sue.page("today")
    assert ERASURE["authority"] not in sue.page("erasures")


def test_a_fact_waits_for_every_officer_but_the_one_who_stated_it(office: Office) -> None:
    world = office.world
    encounter_id = capture_of(world, enrol(world, 81, DROPPED))
    stated(world, encounter_id, "extended by a court", "2024-03-04")

    asked = [_turns(office, name, Role.CASE_OFFICER) for name in ("kim", "lee")]

    assert asked == [{}, {Turn.FACTS: 1}]


def test_a_purge_waits_for_whoever_has_not_released_it_and_for_nobody_after_a_week(
    office: Office,
) -> None:
    world, clock = office.world, stop_clock(office)
    enrol(world, 81, DROPPED)
    plan = planned(world)
    step(world, plan, "recount")
    step(world, plan, "release", "sue")

    before = [_turns(office, name, Role.SUPERVISOR) for name in ("sue", "tom")]
    clock.move(days=8)

    assert before == [{}, {Turn.PURGES: 1}]
    assert _turns(office, "tom", Role.SUPERVISOR) == {}


def test_a_doubt_about_people_waits_for_supervisors_until_it_is_settled(office: Office) -> None:
    world, sue = office.world, office.supervisor()
    world.enrol(70)
    capture_again(world, 70, 2)
    check_gallery(office.bench.services, CONSOLE)
    (case,) = world.supervisor("supervisor-z").get("/v1/gallery-cases").json()["cases"]

    before = turns(office.bench.services, sue.caller(office))
    sue.follow(f"gallery/{case['case_id']}", outcome="refuted", reason="Twins.")

    assert before == {Turn.DOUBTS: 1}
    assert turns(office.bench.services, sue.caller(office)) == {}


def test_a_deletion_waits_for_the_force_that_owns_the_arrest(office: Office) -> None:
    world = office.world
    arrested(world, world.enrol(1)["record_id"], arrest("no further action"))
    deletion_id = asked(deletion_request(world))
    owner, other = office.force("01"), office.person("custody-b", Role.FORCE, force="03")

    pages = [one.page("today") for one in (owner, other)]
    decide(decider(world), deletion_id, "entry", "prints")

    assert ">Deletions to decide</a>: 1<" in pages[0]
    assert "Nothing is waiting for you" in pages[1]
    assert "All open work" not in pages[0]
    assert "Nothing is waiting for you" in owner.page("today")


def test_a_referral_waits_for_the_referral_body_until_it_is_answered(office: Office) -> None:
    world, body = office.world, office.person("body", Role.REFERRAL_BODY)
    world.enrol(1)
    request = child_protection(world)
    assert request.search_by_details()
    request.identify_first()
    referral_id = refer(request)

    page = body.page("today")
    reply(world, referral_id)

    assert ">Referrals to answer</a>: 1<" in page
    assert "Nothing is waiting for you" in body.page("today")


def test_a_referral_that_is_no_longer_needed_waits_for_nobody(office: Office) -> None:
    world, body = office.world, office.person("body", Role.REFERRAL_BODY)
    world.enrol(1)
    request = child_protection(world)
    assert request.search_by_details()
    request.identify_first()
    refer(request)
    waited = body.page("today")

    withdrawn = request.post("steps", step="withdraw", words="Not needed any more.")

    assert withdrawn.status_code == 200, withdrawn.text
    assert ">Referrals to answer</a>: 1<" in waited
    assert "Nothing is waiting for you" in body.page("today")
    assert "/workbench/referrals/" not in body.page("referrals")


def _turns(office: Office, name: str, role: Role) -> Mapping[Turn, int]:
    actor = Actor(UserId(name), role, None, ROLE_SCOPES[role])
    return turns(office.bench.services, Caller(actor, Purpose.SUPERVISION))


ROLES = (Role.SUPERVISOR, Role.CASE_OFFICER, Role.FORCE, Role.REFERRAL_BODY)


def test_every_kind_leads_to_a_page_that_whoever_can_take_it_opens(office: Office) -> None:
    forces = {Role.CASE_OFFICER: "89", Role.FORCE: "01"}
    led = set()
    for role in ROLES:
        person = office.person(f"a-{role.value}", role, force=forces.get(role))
        mine = {turn for turn, (scope, _) in _TAKES.items() if scope in ROLE_SCOPES[role]}
        for turn in mine:
            assert person.get(_TURN_PAGES[turn].removeprefix("/workbench/")).status_code == 200
        led |= mine

    assert led == _TURN_PAGES.keys() == set(Turn)


def test_the_page_and_the_command_say_the_same_figure_of_every_kind(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ask `open_work`; here each kind has a figure of its own, so that none is mistaken."""
    works = tuple(Work(kind, 100 + n, 200 + n) for n, kind in enumerate(WorkKind))
    monkeypatch.setattr("service.web.today.open_work", lambda *_: works)

    page = office.supervisor().page("today")
    rows = re.findall(
        r'numeric">(\d+)</td><td class="govuk-table__cell govuk-table__cell--numeric">(\d+)<', page
    )

    assert [(int(open_), int(late)) for open_, late in rows] == [
        (one.waiting, one.late) for one in works
    ]
    for one in works:
        said = _work(one)
        figures = {int(number) for number in re.findall(r"\b[12]\d\d\b", said.found)}
        assert figures, one.kind
        assert figures <= {one.waiting, one.late}
        assert said.remedy
        assert not _work(replace(one, late=0)).remedy


def test_the_command_and_the_page_ask_the_same_function() -> None:
    assert status.open_work is web_today.open_work
