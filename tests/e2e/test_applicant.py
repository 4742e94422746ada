"""An applicant on a telephone: from the first page to the answer, each page checked by axe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.access import Scope
from domain.ids import ForceCode
from service.cli.context import CONSOLE
from service.public.app import create_public_app
from service.public.desk import open_desk
from service.public.messages import catalogues
from service.public.office import open_office
from service.usecases.access.clients import AddClient, add_client
from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site, serving
from tests.integration.applications.applying import offered, photograph
from tests.integration.public.visiting import settings_of, texts_in

TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture
def applicant(desks: Desks, site: Site) -> Iterator[Desk]:
    """Return a telephone at the pages of the public, which call the site's API over HTTP."""
    scopes = frozenset({Scope.CARRY_APPLICATIONS})
    command = AddClient(CONSOLE, "public-pages", ForceCode("89"), scopes)
    issued = add_client(site.bench.services, command)
    office = open_office(site.address, issued.client.client_id, issued.secret)
    desk = open_desk(settings_of(office=site.address), office, catalogues(None))
    with offered(), texts_in(), serving(create_public_app(desk)) as address:
        desks.elsewhere.add(address)
        found = replace(desks.stranger(), site=replace(site, address=address))
        found.page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a mapping of two sizes
        yield found


def _checked(desk: Desk, name: str) -> None:
    """Demand that the page is accessible and not wider than the telephone."""
    desk.check(f"public-{name}")
    sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    whole, room = desk.page.evaluate(sizes)
    assert whole <= room, name


def test_an_applicant_applies_on_a_telephone(applicant: Desk) -> None:
    reference, code = _begin(applicant)
    _answer(applicant)
    _send_document(applicant)
    _send(applicant)
    _open_again(applicant, reference, code)

    assert "We have your application" in applicant.page.content()


def _begin(desk: Desk) -> tuple[str, str]:
    page = desk.page
    page.goto(desk.site.address)
    _checked(desk, "services")
    desk.follow("text=A ticket of the library")
    _checked(desk, "service")
    desk.follow("main button")
    _checked(desk, "reference")
    reference, code = page.locator(".pub-code").all_inner_texts()
    desk.follow("main .govuk-button")
    return reference, code


def _answer(desk: Desk) -> None:
    page = desk.page
    desk.follow("main button")
    _checked(desk, "name-error")
    page.fill("#forename", "Zoë")
    page.fill("#surname", "Ὀδυσσεύς-" + "W" * 180)
    desk.follow("main button")
    for part, text in (("day", "12"), ("month", "3"), ("year", "1984")):
        page.fill(f"#birth-day-{part}", text)
    page.fill("#birth-place", "Exeter")
    _checked(desk, "birth")
    desk.follow("main button")
    page.select_option("#nationalities", "GBR")
    desk.follow("text=Add another country")
    page.select_option("#nationalities-2", "FRA")
    _checked(desk, "nationalities")
    desk.follow("text=Save and continue")
    page.check("#shelf")
    _checked(desk, "shelf")
    desk.follow("main button")


def _send(desk: Desk) -> None:
    page = desk.page
    desk.follow("text=Save and continue")
    _checked(desk, "check")
    page.check("#declared")
    desk.follow("main button")
    _checked(desk, "sent")


def _open_again(desk: Desk, reference: str, code: str) -> None:
    page = desk.page
    desk.follow("text=Close my application")
    desk.follow("text=Open it with your reference and code")
    _checked(desk, "open")
    page.fill("#reference", reference)
    page.fill("#code", "wrong")
    desk.follow("main button")
    _checked(desk, "open-error")
    page.fill("#code", code)
    desk.follow("main button")
    _checked(desk, "state")


def _send_document(desk: Desk) -> None:
    page = desk.page
    words = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.set_input_files("#document", files=[words])  # type: ignore[list-item]
    desk.follow("main button")
    _checked(desk, "document-error")
    photo = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    page.set_input_files("#document", files=[photo])  # type: ignore[list-item]
    desk.follow("main button")
