"""An applicant on a telephone: from the first page to the answer, each page checked by axe."""

from __future__ import annotations

import pytest

from tests.e2e.desks import Desk
from tests.e2e.narrow import check_at_telephone
from tests.integration.applications.applying import photograph


@pytest.mark.journey
def test_an_applicant_applies_on_a_telephone(applicant: Desk) -> None:
    reference, code = _begin(applicant)
    _answer(applicant)
    _send_document(applicant)
    _send(applicant)
    _open_again(applicant, reference, code)

    assert "We are working on your application" in applicant.page.content()


def _begin(desk: Desk) -> tuple[str, str]:
    page = desk.page
    page.goto(desk.site.address)
    check_at_telephone(desk, "public-services")
    desk.follow("text=A ticket of the library")
    check_at_telephone(desk, "public-service")
    desk.follow("main button")
    check_at_telephone(desk, "public-reference")
    reference, code = page.locator(".pub-code").all_inner_texts()
    desk.follow("main .govuk-button")
    return reference, code


def _answer(desk: Desk) -> None:
    page = desk.page
    desk.follow("main button")
    check_at_telephone(desk, "public-name-error")
    page.fill("#forename", "Zoë")
    page.fill("#surname", "Ὀδυσσεύς-" + "W" * 180)
    desk.follow("main button")
    for part, text in (("day", "12"), ("month", "3"), ("year", "1984")):
        page.fill(f"#birth-day-{part}", text)
    page.fill("#birth-place", "Exeter")
    check_at_telephone(desk, "public-birth")
    desk.follow("main button")
    page.select_option("#nationalities", "GBR")
    desk.follow("text=Add another country")
    page.select_option("#nationalities-2", "FRA")
    check_at_telephone(desk, "public-nationalities")
    desk.follow("text=Save and continue")
    page.check("#shelf")
    check_at_telephone(desk, "public-shelf")
    desk.follow("main button")


def _send(desk: Desk) -> None:
    page = desk.page
    desk.follow("text=Save and continue")
    check_at_telephone(desk, "public-check")
    page.check("#declared")
    desk.follow("main button")
    check_at_telephone(desk, "public-sent")


def _open_again(desk: Desk, reference: str, code: str) -> None:
    page = desk.page
    desk.follow("text=Sign out of my application")
    desk.follow("text=Open it with your reference and code")
    check_at_telephone(desk, "public-open")
    page.fill("#reference", reference)
    page.fill("#code", "wrong")
    desk.follow("main button")
    check_at_telephone(desk, "public-open-error")
    page.fill("#code", code)
    desk.follow("main button")
    check_at_telephone(desk, "public-state")


def _send_document(desk: Desk) -> None:
    page = desk.page
    words = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.set_input_files("#document", files=[words])  # type: ignore[list-item]
    desk.follow("main button")
    check_at_telephone(desk, "public-document-error")
    photo = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    page.set_input_files("#document", files=[photo])  # type: ignore[list-item]
    desk.follow("main button")
