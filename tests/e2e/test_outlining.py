"""The outline of a probe: by keys and by mouse, taken back, refused, sealed, shown afterwards."""

from __future__ import annotations

import json

import pytest

from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site

CORNERS = ((-90, -80), (90, -80), (80, 90), (-80, 80))


def begun(desks: Desks, site: Site, donor: int) -> Desk:
    """Return an examiner at the analysis of a mark, who is about to outline it."""
    case_id = site.mark_case(donor)
    desk = desks.sit_down("examiner-c")
    desk.go("queue?activity=mark+comparison")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.wait_for_prints()
    desk.press("p", *["k"] * 6)
    return desk


def outlines(desk: Desk) -> list[tuple[int, list[list[int]]]]:
    text = desk.page.input_value("[data-outlines]")
    return json.loads(text) if text else []


def click(desk: Desk, across: int, down: int) -> None:
    """Click so many pixels from the middle of the probe."""
    box = desk.page.locator(".wb-pane[data-side=probe] canvas").bounding_box()
    assert box is not None
    desk.page.mouse.click(
        box["x"] + box["width"] / 2 + across, box["y"] + box["height"] / 2 + down
    )


def seal(desk: Desk) -> None:
    desk.press("v")
    desk.follow("[data-submit]")


def test_an_outline_is_drawn_by_keys_taken_back_and_sealed(desks: Desks, site: Site) -> None:
    desk = begun(desks, site, 22)

    desk.press("5", "1", "Enter", "5", "3", "Enter")
    two = outlines(desk)
    desk.press("5", "9", "Enter", "5", "7", "Enter")
    four = outlines(desk)
    told = desk.page.inner_text("[data-feature-count]")
    desk.press("u")
    three = outlines(desk)
    desk.press("U")
    back = outlines(desk)
    desk.check("analysis-outlined")
    seal(desk)
    desk.wait_for_prints()

    assert two == []  # two corners enclose nothing
    ((_, corners),) = four
    assert len({tuple(corner) for corner in corners}) == 4
    assert three == [[0, corners[:3]]]
    assert back == four
    assert "4 corners of an outline set. The next one: a corner of the outline" in told
    shown = desk.page.get_attribute("[data-outlined]", "data-outlined") or ""
    assert json.loads(shown) == four
    desk.check("comparison-outlined")


@pytest.mark.journey
def test_an_outline_is_drawn_by_mouse_and_refused_where_it_crosses_itself(
    desks: Desks, site: Site
) -> None:
    desk = begun(desks, site, 23)
    a, b, c, d = CORNERS

    for corner in (a, c, b, d):
        click(desk, *corner)
    seal(desk)
    refused = desk.page.inner_text(".govuk-error-summary")
    kept = outlines(desk)
    desk.wait_for_prints()
    desk.press("p", *["k"] * 6)
    for _ in range(4):
        desk.page.click("[data-tool=undo]")
    for corner in CORNERS:
        click(desk, *corner)
    seal(desk)
    desk.wait_for_prints()

    assert "not cross itself" in refused
    assert len(kept[0][1]) == 4
    shown = json.loads(desk.page.get_attribute("[data-outlined]", "data-outlined") or "")
    ((_, corners),) = shown
    # Clicked clockwise from the top left, in pixels of the picture.
    assert corners[0][0] < corners[1][0]
    assert corners[1][1] < corners[2][1]
    assert corners[2][0] > corners[3][0]
