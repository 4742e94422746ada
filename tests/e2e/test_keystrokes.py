"""A mark with three candidates, from the queue to the sealed decision, with few keys alone."""

from __future__ import annotations

from dataclasses import dataclass

from domain.prints import FingerPosition
from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site

MOST = 60
FINGER = FingerPosition.LEFT_INDEX
POINT_PAIRS = 8
"""As many as the policy on findings wants."""


@dataclass(slots=True)
class Keyboard:
    """Counts what is pressed: a chord such as Ctrl+Enter is one stroke."""

    desk: Desk
    strokes: int = 0

    def press(self, *keys: str) -> None:
        self.desk.press(*keys)
        self.strokes += len(keys)

    def turn_page(self, key: str) -> None:
        """Press a key that leads to another page, and wait for it."""
        self.desk.page.evaluate("() => { window.wasHere = true; }")
        self.press(key)
        self.desk.page.wait_for_function("() => !window.wasHere")
        self.desk.page.wait_for_load_state()


def test_a_mark_with_three_candidates_takes_under_sixty_keystrokes(
    desks: Desks, site: Site
) -> None:
    case_id = site.mark_case(19, finger=FINGER)
    site.hurry(case_id)
    desk = desks.sit_down("examiner-b")
    desk.go("queue?activity=mark+comparison")
    keys, seen = Keyboard(desk), 0

    with site.exemplars(3):
        keys.turn_page("t")
        _analyse(keys)
        true = site.labels(case_id, "examiner-b", 19)
        while desk.page.locator("[data-viewer=two]").count():
            _compare(keys, true)
            seen += 1
        keys.turn_page("Control+Enter")

    desk.page.wait_for_selector("text=Your decision is sealed")
    assert seen == 3
    assert "identified" in desk.page.inner_text("dl")
    assert keys.strokes < MOST, keys.strokes


def _analyse(keys: Keyboard) -> None:
    """Mark four features at detected minutiae, and seal that the mark is of value."""
    keys.desk.wait_for_prints()
    keys.press("p", *("j", "Enter") * 4, "v")
    assert "4 features marked" in keys.desk.page.inner_text("[data-feature-count]")
    keys.turn_page("Control+Enter")


def _compare(keys: Keyboard, true: set[str]) -> None:
    """Identify the finger found with eight pairs of points; exclude after looking at another."""
    page = keys.desk.page
    keys.desk.wait_for_prints()
    label = page.get_attribute("input[name=label]", "value") or ""
    first = page.get_attribute(".wb-finger[aria-current]", "data-position")
    assert "found" in page.inner_text(".wb-finger[aria-current]")
    assert page.locator(".wb-finger").count() > 1
    if label in true:
        assert first == str(int(FINGER))
        keys.press("p", *("Enter", "Enter") * POINT_PAIRS, "i", "a")
        assert f"{POINT_PAIRS} point pairs" in page.inner_text("[data-point-count]")
    else:
        keys.press(">")
        keys.desk.wait_for_prints()
        assert page.get_attribute(".wb-finger[aria-current]", "data-position") != first
        keys.press("e", "a")
    keys.turn_page("Control+Enter")
