"""Dark colours, and the colours that a reader has chosen: nothing is lost in either."""

from __future__ import annotations

from tests.e2e.desks import Desk, Desks

_GROUND = "getComputedStyle(document.body).backgroundColor"
_LIGHTNESS = f"Math.max(...{_GROUND}.match(/[0-9]+/g).slice(0, 3).map(Number))"
_MARK = "one => getComputedStyle(one).borderBottomWidth"


def test_pages_are_dark_where_the_system_asks_for_it(desks: Desks, applicant: Desk) -> None:
    office = desks.sit_down("supervisor-a")
    office.go("today")
    applicant.page.goto(applicant.site.address)

    for desk in (office, applicant):
        light = desk.page.evaluate(_LIGHTNESS)
        desk.page.emulate_media(color_scheme="dark")

        assert light > 200
        assert desk.page.evaluate(_LIGHTNESS) < 60


def test_the_present_page_stays_marked_in_chosen_colours(desks: Desks) -> None:
    desk = desks.sit_down("supervisor-a")
    desk.go("today")

    desk.page.emulate_media(forced_colors="active")

    assert desk.page.eval_on_selector(".wb-nav__link[aria-current]", _MARK) == "4px"
    assert desk.page.eval_on_selector(".wb-nav__link:not([aria-current])", _MARK) == "0px"
    desk.shoot("today-chosen-colours")
