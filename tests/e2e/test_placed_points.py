"""Points are placed by people: no key but one that moves the cross makes a point count."""

from __future__ import annotations

import pytest

from domain.prints import FingerPosition
from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site

FINGER = FingerPosition.RIGHT_INDEX
WRONG = "10"
"""The right-hand mark shown beside the left little finger: certainly another finger."""


@pytest.fixture
def comparing(desks: Desks, site: Site) -> Desk:
    """Return a comparison of a mark, analysed with eight features, beside the wrong finger."""
    case_id = site.mark_case(23, finger=FINGER)
    desk = desks.sit_down("examiner-b")
    desk.go("queue?activity=mark+comparison")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.wait_for_prints()
    desk.press("p")
    for x, y in ((dx, dy) for dy in (-60, 0, 60, 90) for dx in (-40, 40)):
        _click(desk, "probe", x, y)
    desk.page.check("input[value=yes]")
    desk.follow("[data-submit]")
    desk.page.click(f"[data-finger='{WRONG}']")
    desk.wait_for_prints()
    return desk


def _click(desk: Desk, side: str, x: int, y: int) -> None:
    box = desk.page.locator(f".wb-pane[data-side={side}] canvas").bounding_box()
    assert box is not None
    desk.page.mouse.click(box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y)


def test_enter_alone_identifies_no_finger(comparing: Desk) -> None:
    """`p`, sixteen times Enter, `i`, `a` and Ctrl+Enter twice once sealed a wrong finger."""
    desk = comparing

    desk.press("p", *("Enter",) * 16, "i", "a")
    marked = desk.page.input_value("[data-points]")
    for _ in range(2):
        desk.press("Control+Enter")
        desk.page.wait_for_timeout(700)

    assert marked == ""
    assert desk.page.url.split("?")[0].endswith("/comparison")
    assert "pairs of points" in desk.page.inner_text(".govuk-error-summary")
