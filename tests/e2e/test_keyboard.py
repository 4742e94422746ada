"""An examiner's whole journey without a mouse."""

from __future__ import annotations

import pytest

from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site
from tests.integration.web.driver import PASSWORD

DONOR = 5


@pytest.mark.journey
def test_an_examiner_works_a_case_by_keyboard_alone(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(DONOR)
    desk = desks.stranger()

    _sign_in(desk, "examiner-a")
    desk.tab_to(f"#claim-{site.task_of(case_id)}")
    desk.press("Enter")
    desk.page.wait_for_url("**/analysis")
    _analyse(desk)
    true = site.labels(case_id, "examiner-a", DONOR)
    while desk.page.url.split("?")[0].endswith("/comparison"):
        _compare(desk, true)
    desk.tab_to("#finding")
    desk.press("Space")
    desk.tab_to("#reason")
    desk.type("All points considered.")
    desk.tab_to("[data-submit]")
    desk.press("Enter")

    desk.page.wait_for_selector("text=Your decision is sealed")
    assert "identified" in desk.page.inner_text("dl")


def _sign_in(desk: Desk, name: str) -> None:
    desk.go("sign-in")
    desk.tab_to("#name")
    desk.type(name)
    desk.press("Tab")
    desk.type(PASSWORD)
    desk.press("Enter")
    desk.page.wait_for_url("**/queue")


def _analyse(desk: Desk) -> None:
    desk.wait_for_prints()
    desk.press("2", "m", "+", "v", "r")
    desk.type("Clear ridges in ten fingers.")
    assert desk.page.is_checked("input[value=yes]")
    desk.press("Control+Enter")
    desk.page.wait_for_url("**/cases/*/*")
    desk.page.wait_for_selector("[data-viewer=two], #finding")


PLACES = (
    ("51", "ArrowLeft"),
    ("53", "ArrowUp", "ArrowUp"),
    ("57", "ArrowRight"),
    ("59", "ArrowDown"),
    ("24", "ArrowLeft", "ArrowUp"),
    ("26", "ArrowRight", "ArrowDown"),
    ("84", "ArrowUp"),
    ("86", "ArrowLeft", "ArrowLeft"),
)
"""Digits to a place of both prints, and how far the exemplar's point lies beside it."""


def _compare(desk: Desk, true: set[str]) -> None:
    desk.wait_for_prints()
    label = desk.page.get_attribute("input[name=label]", "value") or ""
    desk.press("2")
    desk.wait_for_prints()
    desk.press("p")
    for digit, *bent in PLACES if label in true else PLACES[:1]:
        desk.press(*digit, "Enter", *digit, *bent, "Enter")
    count = 8 if label in true else 1
    assert f"{count} point pair" in desk.page.inner_text("[data-point-count]")
    desk.press("p", "i" if label in true else "e", "r")
    desk.type("The ridge flow and the points decide.")
    # The page of the next exemplar, or of the decision, is another document.
    desk.page.evaluate("() => { window.wasHere = true; }")
    desk.press("Control+Enter")
    desk.page.wait_for_function("() => !window.wasHere")
    desk.page.wait_for_selector("[data-viewer=two], #finding")


def test_keys_can_be_switched_off_and_stay_off(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(DONOR + 1)
    desk = desks.sit_down("examiner-b")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.wait_for_prints()

    desk.press("?")
    desk.page.uncheck("[data-shortcuts]")
    desk.press("Escape", "v")
    is_off = not desk.page.is_checked("input[value=yes]")
    desk.page.reload()
    desk.wait_for_prints()
    desk.press("v")
    stays_off = not desk.page.is_checked("input[value=yes]")
    desk.page.click("[data-tool=help]")
    desk.page.check("[data-shortcuts]")
    desk.press("Escape", "v")

    assert is_off
    assert stays_off
    assert desk.page.is_checked("input[value=yes]")


def test_letters_typed_into_a_reason_are_not_keys(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(DONOR + 2)
    desk = desks.sit_down("examiner-b")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.wait_for_prints()

    desk.press("r")
    desk.type("vx? in value")

    assert desk.page.input_value("#notes") == "vx? in value"
    assert not desk.page.is_checked("input[value=yes]")
