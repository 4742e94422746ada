"""What waits for whoever opens the first page: their part of a decision, and forms not sent."""

from __future__ import annotations

import re

import pytest

from domain.access import Role
from service.usecases.today import Turn, turns
from service.web.today import _TURN_PAGES
from tests.integration.web.clock import stop_clock
from tests.integration.web.driver import Office, hidden_fields, sign_in

ERASURE = {"basis": "court order", "authority": "order-7"}


def test_an_erasure_waits_for_every_supervisor_but_the_one_who_asked(office: Office) -> None:
    sue, tom = office.supervisor(), office.person("tom", Role.SUPERVISOR)
    person_id = str(office.world.enrol(1)["person_id"])
    sue.follow(f"erasures?person={person_id}", to="erasures", **ERASURE)

    asked = [turns(office.bench.services, one.caller(office)) for one in (sue, tom)]
    page = tom.page("today")
    (erasure_id,) = set(re.findall(r"erasures/([0-9a-f]{32})", tom.page("erasures")))
    tom.post(f"erasures/{erasure_id}/confirmation")

    assert asked == [{}, {Turn.ERASURES: 1}]
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


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CASE_OFFICER])
def test_every_kind_leads_to_a_page_that_its_role_opens(office: Office, role: Role) -> None:
    person = office.person("somebody", role, force="89" if role is Role.CASE_OFFICER else None)

    opened = [person.get(page.removeprefix("/workbench/")) for page in _TURN_PAGES.values()]

    assert _TURN_PAGES.keys() == set(Turn)
    assert sum(one.status_code == 200 for one in opened) == 2
