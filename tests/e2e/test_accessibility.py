"""Every page and its error state against WCAG 2.2 AA, with a screenshot for inspection."""

from __future__ import annotations

import json
from pathlib import Path

import pyotp
import pytest

from tests.e2e.desks import HEIGHT_PX, Desk, Desks
from tests.e2e.marking import mark_finger
from tests.e2e.narrow import check_both
from tests.e2e.site import Site
from tests.integration.api.prints import tenprint


def test_signing_in(desks: Desks) -> None:
    desk = desks.stranger()
    desk.go("sign-in")
    desk.check("sign-in")

    desk.follow("main button")

    desk.page.wait_for_selector(".govuk-error-summary")
    assert desk.page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    desk.check("sign-in-error")


def test_an_examiners_own_figures(desks: Desks) -> None:
    desk = desks.sit_down("examiner-a")

    desk.go("competence")

    check_both(desk, "competence")


@pytest.mark.journey
def test_an_examiners_pages(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(12)
    desk = desks.sit_down("examiner-a")
    check_both(desk, "queue")
    desk.go("queue?activity=mark+comparison&overdue=yes")
    desk.check("queue-empty")
    desk.go("queue")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    _page_with_prints(desk, "analysis")
    _error_state(desk, "analysis")
    desk.page.check("input[value=yes]")
    desk.follow("[data-submit]")
    _page_with_prints(desk, "comparison")
    desk.press("m", "p", "5", "Enter", "5", "Enter")
    desk.check("comparison-marked")
    desk.press("p", "?")
    check_both(desk, "help")
    desk.press("Escape")
    _error_state(desk, "comparison")
    while desk.page.locator("[data-viewer=two]").count():
        desk.page.check("input[value=excluded]")
        desk.page.fill("#reason", "Another pattern.")
        desk.follow("[data-submit]")
        desk.page.wait_for_load_state()
    desk.check("decision")
    _error_state(desk, "decision", without="#reason")
    desk.page.check("input[value=excluded]")
    desk.page.fill("#reason", "None of the patterns.")
    desk.follow("[data-submit]")
    desk.page.wait_for_selector("text=Your decision is sealed")
    check_both(desk, "sealed")


def test_a_sealed_comparison_on_paper(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(17)
    desk = desks.sit_down("examiner-c")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.page.check("input[value=yes]")
    desk.follow("[data-submit]")
    desk.wait_for_prints()
    label = desk.page.get_attribute("input[name=label]", "value")
    mark_finger(desk)
    desk.page.check("input[value=identified]")
    desk.page.fill("#reason", "Eight points and the ridge flow agree.")
    desk.follow("[data-submit]")
    desk.page.wait_for_load_state()
    desk.go(f"cases/{case_id}/comparisons/{label}")
    check_both(desk, "sealed-comparison")

    desk.page.emulate_media(media="print")

    desk.shoot("sealed-comparison-paper")
    points = desk.page.locator(".wb-chart__point")
    assert points.count() == 16
    assert points.first.is_visible()
    assert desk.page.locator(".wb-chart__print image").count() == 2
    assert desk.page.get_by_text("Eight points and the ridge flow agree.").is_visible()
    for hidden in ("header", "nav[aria-label=Fingers]", "[data-print]"):
        assert not desk.page.locator(hidden).first.is_visible()


def test_a_mark_against_ten_fingers(desks: Desks, site: Site) -> None:
    case_id = site.mark_case(13)
    desk = desks.sit_down("examiner-c")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    _page_with_prints(desk, "analysis-mark")

    desk.page.check("input[value=yes]")
    desk.follow("[data-submit]")

    _page_with_prints(desk, "comparison-mark")
    check_both(desk, "comparison-mark")
    assert desk.page.locator(".wb-finger").count() >= 5


def test_a_result_after_the_seal(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(14)
    site.examine(case_id, "examiner-b", identify=14)
    site.examine(case_id, "examiner-a", identify=14)
    desk = desks.sit_down("examiner-a")

    desk.go(f"cases/{case_id}/result")

    assert "linked" in desk.page.inner_text("dl")
    check_both(desk, "result")


def test_a_supervisors_pages(desks: Desks, site: Site) -> None:
    differing = site.tenprint_case(15)
    site.examine(differing, "examiner-b", identify=15)
    site.examine(differing, "examiner-a", identify=None)
    linked = site.tenprint_case(16)
    site.examine(linked, "examiner-b", identify=16)
    site.examine(linked, "examiner-a", identify=16)
    desk = desks.sit_down("supervisor-a")
    for path, name in (
        ("overview", "overview"),
        ("differences", "differences"),
        ("gallery", "gallery"),
        ("links", "links"),
        ("statistics", "statistics"),
        ("nowhere", "refused"),
    ):
        desk.go(path)
        desk.check(name)
    desk.go(f"differences/{differing}")
    _page_with_prints(desk, "difference")
    _error_state(desk, "difference")
    desk.go("links")
    desk.follow("tbody tr:first-child a")
    desk.check("link")
    desk.page.click("text=Un-link >> nth=-1")
    desk.page.wait_for_selector(".govuk-error-summary")
    desk.check("link-error")


@pytest.mark.journey
def test_a_forces_pages(desks: Desks, tmp_path: Path) -> None:
    capture = tmp_path / "capture.json"
    capture.write_text(json.dumps({"impressions": tenprint(3)}))
    desk = desks.sit_down("custody-01")
    desk.check("searches")
    desk.go("searches/new")
    desk.check("new-search")
    desk.follow("main button")
    desk.page.wait_for_selector(".govuk-error-summary")
    desk.check("new-search-error")

    desk.page.get_by_label("Tenprint against tenprints (TP/TP)").check()
    desk.page.get_by_label("Arrest").check()
    desk.page.set_input_files("#capture", capture)
    desk.follow("main button")

    desk.page.wait_for_selector("h1:has-text('Search')")
    desk.check("search")

    desk.go("records")
    desk.check("records")
    desk.follow("tbody tr:first-child a")
    desk.check("record")


def test_the_second_factor_and_the_tokens_of_a_person(desks: Desks) -> None:
    desk = desks.sit_down("custody-01")
    desk.go("tokens")
    desk.check("tokens")
    desk.go("second-factor")
    desk.check("second-factor")
    desk.follow("main button")
    desk.page.wait_for_selector(".govuk-error-summary")
    desk.check("second-factor-error")
    key = desk.page.inner_text(".wb-qr__key").replace(" ", "")
    desk.page.fill("#code", pyotp.TOTP(key).now())
    desk.follow("main button")
    desk.page.wait_for_selector(".wb-codes")
    desk.check("recovery-codes")
    recovery_code = desk.page.inner_text(".wb-codes li:first-child")
    desk.go("second-factor")
    desk.check("second-factor-set-up")

    desk.page.fill("#proof-removal", recovery_code)
    desk.follow(".govuk-button--warning")

    desk.page.wait_for_selector(".wb-qr__key")


def test_a_names_enquiry(desks: Desks, site: Site) -> None:
    number = next(n for n in range(60) if site.population.records(n, n + 1)[0] is not None)
    record = site.population.records(number, number + 1)[0]
    assert record is not None
    name, born = record.details.names[0], record.details.dates_of_birth[0]
    desk = desks.sit_down("custody-01")
    desk.go("names")
    desk.check("names")
    desk.follow("main button")
    desk.page.wait_for_selector(".govuk-error-summary")
    desk.check("names-error")

    desk.page.fill("#forename", name.forename)
    desk.page.fill("#surname", name.surname)
    desk.page.fill("#date_of_birth", str(born))
    desk.page.get_by_label("Identity check").check()
    desk.follow("main button")

    desk.page.wait_for_selector("section[role=status]")
    desk.check("names-answer")


def test_an_auditors_log(desks: Desks) -> None:
    desk = desks.sit_down("auditor-a")

    desk.go("log")

    assert "signed-in" in desk.page.inner_text("table")
    desk.check("log")


def _page_with_prints(desk: Desk, name: str) -> None:
    """Check a page with prints: drawn, accessible, and its form needs no scrolling."""
    desk.page.wait_for_selector("[data-viewer]")
    desk.wait_for_prints()
    _assert_form_is_in_sight(desk)
    desk.check(name)


def _error_state(desk: Desk, name: str, *, without: str = "") -> None:
    if without:
        desk.page.fill(without, "")
    desk.follow("[data-submit]")
    desk.page.wait_for_selector(".govuk-error-summary")
    if desk.page.locator("[data-viewer]").count():
        desk.wait_for_prints()
        _assert_form_is_in_sight(desk)
    desk.check(f"{name}-error")


def _assert_form_is_in_sight(desk: Desk) -> None:
    box = desk.page.locator("[data-submit]").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= HEIGHT_PX
    assert desk.page.evaluate("document.documentElement.scrollHeight") <= HEIGHT_PX
