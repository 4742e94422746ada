"""A session that ends during an examination: typed text and marked points are kept."""

from __future__ import annotations

from tests.e2e.desks import Desks
from tests.e2e.site import Site
from tests.integration.web.driver import PASSWORD

WORDS = "Two points and the ridge flow agree."


def test_points_and_words_are_there_after_signing_in_again(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(18)
    desk = desks.sit_down("examiner-b")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.page.check("input[value=yes]")
    desk.follow("[data-submit]")
    desk.wait_for_prints()
    desk.press("2")
    desk.wait_for_prints()
    desk.press("p", "5", "Enter", "ArrowLeft", "Enter", "i", "r")
    desk.type(WORDS)
    site.let_sessions_run_out()

    desk.press("Control+Enter")
    desk.page.wait_for_url("**/sign-in?**")
    desk.check("sign-in-kept")
    desk.page.fill("#name", "examiner-b")
    desk.page.fill("#password", PASSWORD)
    desk.follow("main button")
    desk.page.wait_for_url("**/comparison?finger=2")
    desk.wait_for_prints()

    desk.check("comparison-kept")
    assert desk.page.input_value("#reason") == WORDS
    assert desk.page.is_checked("input[value=identified]")
    assert "1 point pair" in desk.page.inner_text("[data-point-count]")
    assert "right index" in desk.page.inner_text(".wb-finger[aria-current]")
