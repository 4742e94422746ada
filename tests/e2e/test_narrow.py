"""Pages on a narrow screen and at 200 % zoom: nothing is wider than the window."""

from __future__ import annotations

import pytest

from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site

SIZES = {"200 %": (683, 384), "390 px": (390, 844)}
"""An office screen of 1366 x 768 at 200 % zoom; last a telephone, where pictures are taken."""

TWO_ROWS_PX = 90
"""Two rows of links with their room above and below."""

FOLDED_PX = 60
"""One row: the name of the site and the menu."""

ROLES = ("supervisor-a", "auditor-a", "custody-01", "office-a", "examiner-a")

PAGES = {
    "supervisor-a": ("overview", "differences", "gallery", "links", "erasures", "statistics"),
    "auditor-a": ("log", "records", "links", "statistics", "tokens", "second-factor"),
    "custody-01": ("searches", "searches/new", "names", "records", "links"),
}


@pytest.mark.parametrize("name", ROLES)
def test_the_header_takes_two_rows_at_most_on_an_office_screen(desks: Desks, name: str) -> None:
    desk = desks.sit_down(name)

    height_px = desk.page.evaluate("document.querySelector('.wb-header').offsetHeight")

    assert height_px <= TWO_ROWS_PX


@pytest.mark.parametrize("name", ROLES)
def test_the_menu_is_folded_on_a_telephone_and_holds_what_the_header_holds(
    desks: Desks, name: str
) -> None:
    desk = desks.sit_down(name)
    page, told = desk.page, ".wb-header :is(a, button)"
    in_office = page.locator(told).filter(visible=True).all_inner_texts()
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.activeElement.blur()")

    folded_px = page.evaluate("document.querySelector('.wb-header').offsetHeight")
    assert folded_px <= FOLDED_PX
    assert page.locator(told).filter(visible=True).count() == 1
    desk.check(f"menu-folded-{name}")
    desk.tab_to(".wb-menu__summary")
    page.keyboard.press("Enter")
    assert page.locator(told).filter(visible=True).all_inner_texts() == in_office
    desk.check(f"menu-{name}")
    page.emulate_media(color_scheme="dark")
    desk.check(f"menu-{name}-dark")
    page.emulate_media(forced_colors="active")
    desk.shoot(f"menu-{name}-forced")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_the_window(desks: Desks, site: Site, name: str) -> None:
    site.tenprint_case(51)
    desk = desks.sit_down(name)

    wide = {
        f"{page} at {size}": too_wide
        for page in PAGES[name]
        for size in SIZES
        if (too_wide := _overflow(desk, page, size))
    }

    assert wide == {}


def test_no_step_of_an_examination_is_wider_than_the_window(desks: Desks, site: Site) -> None:
    case_id = site.mark_case(52)
    at = f"cases/{case_id}"
    desk = desks.sit_down("examiner-c")
    wide = dict(_wide(desk, "queue"))
    desk.go("queue?activity=mark+comparison")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    wide |= _wide(desk, f"{at}/analysis")
    desk.wait_for_prints()
    desk.check("analysis-390")
    desk.page.check("input[value=yes]")
    desk.follow("[data-submit]")
    wide |= _wide(desk, f"{at}/comparison")
    desk.wait_for_prints()
    desk.check("comparison-390")
    while desk.page.locator("[data-viewer=two]").count():
        desk.wait_for_prints()
        desk.page.check("input[value=excluded]")
        desk.page.fill("#reason", "Another pattern.")
        desk.follow("[data-submit]")
        desk.page.wait_for_load_state()
    wide |= _wide(desk, f"{at}/decision")
    desk.check("decision-390")

    assert wide == {}


def _wide(desk: Desk, page: str) -> dict[str, str]:
    return {f"{page} at {size}": wide for size in SIZES if (wide := _overflow(desk, page, size))}


def _overflow(desk: Desk, page: str, size: str) -> str:
    """Return what is wider than the window, nothing where all of it fits."""
    width, height = SIZES[size]
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.go(page)
    desk.page.wait_for_load_state()
    return str(
        desk.page.evaluate(
            """() => {
              const room = document.documentElement.clientWidth;
              const wide = document.documentElement.scrollWidth - room;
              if (wide <= 0) return "";
              const out = [...document.querySelectorAll("main *, header *")]
                .filter((one) => one.getBoundingClientRect().right > room + 1)
                .slice(0, 3).map((one) => `${one.tagName}.${one.className}`);
              return `+${wide} px: ${out.join(", ")}`;
            }"""
        )
    )
