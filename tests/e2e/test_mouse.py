"""An examiner's journey without a key: from the queue to the sealed decision by the mouse."""

from __future__ import annotations

import json

import pytest

from tests.e2e.desks import Desk, Desks
from tests.e2e.marking import mark_finger
from tests.e2e.site import Site

DONOR = 34
_COUNTS_KEYS = """addEventListener("keydown", () => {
    sessionStorage.setItem("keys", Number(sessionStorage.getItem("keys")) + 1);
}, true);"""


@pytest.mark.journey
def test_an_examiner_works_a_case_by_mouse_alone(desks: Desks, site: Site) -> None:
    """A phrase gives the reason, and the decision takes it up: no word has to be typed."""
    case_id = site.tenprint_case(DONOR)
    site.hurry(case_id)
    desk = desks.sit_down("examiner-b")
    desk.page.add_init_script(_COUNTS_KEYS)
    desk.go("queue")

    desk.follow(f"#claim-{site.task_of(case_id)}")
    _analyse(desk)
    true = site.labels(case_id, "examiner-b", DONOR)
    while desk.page.locator("[data-viewer=two]").count():
        _compare(desk, true)
    desk.follow("[data-submit]")

    desk.page.wait_for_selector("text=Your decision is sealed")
    assert "identified" in desk.page.inner_text("dl")
    assert desk.page.evaluate("() => sessionStorage.getItem('keys')") is None


def _analyse(desk: Desk) -> None:
    desk.wait_for_prints()
    desk.page.click("[data-tool=mark]")
    box = desk.page.locator(".wb-pane[data-side=probe] canvas").bounding_box()
    assert box is not None
    for dx, dy in ((0, 0), (60, 20), (-40, 50)):
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        desk.page.mouse.click(middle[0] + dx, middle[1] + dy)
    assert len(json.loads(desk.page.input_value("[data-features]"))) == 3
    desk.page.click("label:has-text('Of value')")
    desk.follow("[data-submit]")


def _compare(desk: Desk, true: set[str]) -> None:
    desk.wait_for_prints()
    label = desk.page.get_attribute("input[name=label]", "value") or ""
    if label in true:
        mark_finger(desk)
        desk.page.click("label:has-text('Identified')")
    else:
        desk.page.click("label:has-text('Excluded')")
    desk.page.click("[data-phrase]:visible >> nth=0")
    desk.follow("[data-submit]")
    desk.page.wait_for_load_state()
