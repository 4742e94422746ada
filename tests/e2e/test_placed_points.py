"""Points are placed by people: no key but one that moves the cross makes a point count."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator

import pytest

from domain.prints.prints import FingerPosition
from tests.e2e.desks import Desk, Desks
from tests.e2e.marking import Frame, frames
from tests.e2e.narrow import TELEPHONE, check_at_telephone, check_both
from tests.e2e.site import Site
from tests.e2e.truth import Place

FINGER = FingerPosition.RIGHT_INDEX
WRONG = "10"
"""The right-hand mark shown beside the left little finger: certainly another finger."""


@pytest.fixture(scope="module")
def captures() -> Iterator[int]:
    return iter(range(1, 50))


@pytest.fixture
def comparing(desks: Desks, site: Site, captures: Iterator[int]) -> Desk:
    """Return a comparison of a mark, analysed with eight features, beside the wrong finger."""
    case_id = site.mark_case(23, capture=next(captures), finger=FINGER)
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


def _pairs(desk: Desk) -> list[list[int | str]]:
    text = desk.page.input_value("[data-points]")
    return json.loads(text) if text else []


def _box(desk: Desk, side: str) -> dict[str, float]:
    box = desk.page.locator(f".wb-pane[data-side={side}] canvas").bounding_box()
    assert box is not None
    return dict(box)


def test_a_drag_pans_and_a_click_sets_while_marking(comparing: Desk) -> None:
    desk, mouse = comparing, comparing.page.mouse
    desk.page.click("[data-tool=mark]")
    box = _box(desk, "probe")
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    _click(desk, "probe", -50, 0)
    _click(desk, "exemplar", -50, 0)
    mouse.move(*middle)
    mouse.down()
    mouse.move(middle[0] + 60, middle[1] + 10, steps=5)
    mouse.up()
    dragged = _pairs(desk)
    _click(desk, "probe", 10, 10)
    _click(desk, "exemplar", 10, 10)

    first, second = _pairs(desk)
    zoom = min(box["width"], box["height"]) / 512
    assert dragged == [first]
    assert first[5:] == second[5:] == ["clicked", "clicked"]
    # The print went 60 pixels of the screen to the right: the same place of it is further left.
    moved = int(second[1]) - int(first[1])
    assert moved == pytest.approx((10 + 50 - 60) / zoom, abs=3)


def test_a_set_point_is_dragged_and_nudged_and_a_distance_measured(comparing: Desk) -> None:
    desk, mouse = comparing, comparing.page.mouse
    desk.page.click("[data-tool=mark]")
    box = _box(desk, "exemplar")
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    _click(desk, "probe", -50, 0)
    _click(desk, "exemplar", -50, 0)
    (placed,) = _pairs(desk)

    mouse.move(middle[0] - 50, middle[1])
    mouse.down()
    mouse.move(middle[0] - 20, middle[1], steps=5)
    mouse.up()
    (dragged,) = _pairs(desk)
    # The focus goes with the mouse; the cross of the probe is still on its point.
    desk.press("w", "Control+ArrowRight", "Control+ArrowRight")
    (nudged,) = _pairs(desk)
    desk.press("c", *("Shift+ArrowRight",) * 5, "c")

    zoom = min(box["width"], box["height"]) / 512
    assert dragged[:3] == placed[:3]
    assert int(dragged[3]) - int(placed[3]) == pytest.approx(30 / zoom, abs=3)
    assert nudged[1:3] == [int(placed[1]) + 2, placed[2]]
    assert nudged[5:] == ["moved", "clicked"]
    told = desk.page.inner_text("[data-point-count]")
    assert re.fullmatch(r"\d\.\d mm apart; \d+ ridges? between\.", told), told


def test_each_point_needs_its_own_cross_to_be_put_anew(comparing: Desk) -> None:
    desk = comparing
    desk.press("p", "5", "Enter", "Enter")
    unmoved = _pairs(desk)
    told = desk.page.inner_text("[data-point-count]")
    desk.press("ArrowLeft", "Enter", "Enter", "Enter")
    one = _pairs(desk)
    desk.page.click(f"[data-finger='{WRONG}']")
    desk.wait_for_prints()
    desk.page.click(".wb-pane[data-side=probe] h2")
    desk.press("Enter")

    assert unmoved == []
    assert "a point is where you put it" in told
    assert [row[5:] for row in one] == [["moved", "moved"]]
    assert _pairs(desk) == one


def test_a_cross_outside_the_print_sets_nothing_and_says_so(comparing: Desk) -> None:
    desk = comparing
    desk.press("p", "2", *("Shift+ArrowUp",) * 30, "Enter")

    assert _pairs(desk) == []
    assert "outside the print" in desk.page.inner_text("[data-point-count]")


def test_snapping_stays_within_a_millimetre_of_where_the_examiner_put_the_cross(
    comparing: Desk,
) -> None:
    """Pressed again, it goes no further: no walk from minutia to minutia."""
    desk = comparing
    (frame, _) = frames(desk)
    address = desk.page.get_attribute(".wb-pane[data-side=probe] [data-minutiae]", "data-minutiae")
    found = desk.page.evaluate("path => fetch(path).then(answer => answer.json())", address)
    minutiae = [(one["x_px"], one["y_px"]) for one in found["minutiae"]]

    desk.press("p", "j", "Shift+Enter")
    before_any_move = _pairs(desk)
    _set_halves(desk, "5", "j", "j", "j", "Enter")
    bare = next(
        digits
        for digits in itertools.product("123456789", repeat=3)
        if max(map(abs, frame.middle_of(digits))) < 250 * frame.zoom
        and all(_apart_mm(frame, one, frame.middle_of(digits)) > 1.1 for one in minutiae)
    )
    _set_halves(desk, *bare, "j", "Shift+Enter", "Enter")

    snapped, edge = _pairs(desk)
    put = frame.middle_of("5")
    nearest = min(minutiae, key=lambda one: _apart_mm(frame, one, put))
    assert before_any_move == []
    is_near = _apart_mm(frame, nearest, put) <= 1
    assert snapped[5] == ("snapped" if is_near else "moved")
    assert math.dist(snapped[1:3], nearest if is_near else (256, 256)) <= 2  # type: ignore[arg-type]
    # There is no minutia so near: the cross stays where it was put.
    assert edge[5] == "moved"


def _apart_mm(frame: Frame, place: Place, put: Place) -> float:
    return math.dist(frame.shown_at(place), put) / frame.zoom * 25.4 / 500


def _set_halves(desk: Desk, *keys: str) -> None:
    """Set a point of the probe by these keys, and one of the exemplar by a click."""
    desk.press(*keys)
    _click(desk, "exemplar", 10 * len(keys), -10)


def test_a_removed_pair_can_be_put_back(comparing: Desk) -> None:
    desk = comparing
    desk.press("p")
    for x in (-40, 0, 40):
        _click(desk, "probe", x, 0)
        _click(desk, "exemplar", x, 0)
    three = _pairs(desk)

    desk.press("u", "u")
    one = _pairs(desk)
    desk.press("U")
    two = _pairs(desk)
    desk.page.click("[data-tool=redo]")

    assert (one, two, _pairs(desk)) == (three[:1], three[:2], three)


def test_the_look_is_plain_again_at_one_key(comparing: Desk) -> None:
    desk = comparing
    pressed = "button[aria-pressed=true]:is([data-tool=invert], [data-tool=minutiae])"

    desk.press("n", "m", ".")
    before = desk.page.locator(pressed).count()
    desk.press("z")

    assert (before, desk.page.locator(pressed).count()) == (2, 0)


SMALL = [(14 * (n % 4) + n % 2, 14 * (n // 4) + n % 3) for n in range(8)]
"""Places within some two square millimetres of each other, a little off a straight grid."""


def test_what_is_refused_is_told_at_its_field_and_seen_at_any_width(comparing: Desk) -> None:
    """All by mouse, but for the words."""
    desk = comparing
    desk.page.click("[data-tool=mark]")
    for n, (x, y) in enumerate(SMALL):
        _click(desk, "probe", x, y)
        _click(desk, "exemplar", *((60 - 5 * x, 9 * n) if n < 4 else (x, y)))
    desk.page.click("label:has-text('Identified')")
    desk.page.click("[data-phrase]:visible >> nth=0")
    desk.check("comparison-placed")
    _seen_without_scrolling(desk)

    desk.follow("[data-submit]")
    impossible = desk.page.inner_text(".govuk-error-summary")
    desk.wait_for_prints()
    check_both(desk, "comparison-impossible")
    while _pairs(desk):
        desk.page.click("[data-point-list] button >> nth=0")
    desk.page.click("[data-tool=mark]")
    for n, (x, y) in enumerate(SMALL):
        _click(desk, "probe", x, y)
        _click(desk, "exemplar", x + n % 3, y)
    desk.follow("[data-submit]")
    small = desk.page.inner_text(".govuk-error-summary")
    desk.wait_for_prints()
    desk.check("comparison-close")
    desk.page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a mapping of two sizes
    check_at_telephone(desk, "comparison-close-390")
    desk.page.fill("#why_close", "The rest of the mark is smeared.")
    desk.follow("[data-submit]")

    assert "A single finger cannot have left all of these points" in impossible
    assert "pairs 1, 2" in impossible
    assert "are spread over" in small
    assert not desk.page.locator(".govuk-error-summary").count()


def _seen_without_scrolling(desk: Desk) -> None:
    """Demand that outcome, finger, reason and the button that seals are on the screen."""
    for part in ("input[value=identified]", "[data-identified]", "#reason", ".wb-phrases"):
        box = desk.page.locator(part).bounding_box()
        button = desk.page.locator("[data-submit]").bounding_box()
        assert box is not None
        assert button is not None
        assert box["y"] + box["height"] <= button["y"], part
