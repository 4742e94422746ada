"""The tools of the prints, each by keys alone and by a mouse alone; what was used is sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from domain.examination.cases import Comparison
from domain.examination.markups import Filter, PrintSide
from domain.ids import CaseId
from domain.prints.prints import FingerPosition
from tests.e2e.desks import Desk, Desks
from tests.e2e.narrow import check_both
from tests.e2e.site import Site

EXAMINER = "examiner-b"
FINGER = FingerPosition.RIGHT_INDEX
TURNED = ".wb-pane[data-side=probe] [data-origin]"


@pytest.fixture(scope="module")
def captures() -> Iterator[int]:
    return iter(range(50, 90))


@pytest.fixture
def case_id(site: Site, captures: Iterator[int]) -> CaseId:
    return site.mark_case(29, capture=next(captures), finger=FINGER)


@pytest.fixture
def analysing(desks: Desks, site: Site, case_id: CaseId) -> Desk:
    desk = desks.sit_down(EXAMINER)
    desk.go("queue?activity=mark+comparison")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.wait_for_prints()
    return desk


@pytest.fixture
def comparing(analysing: Desk) -> Desk:
    analysing.page.check("input[value=yes]")
    analysing.follow("[data-submit]")
    analysing.wait_for_prints()
    return analysing


def _middle(desk: Desk, side: str) -> tuple[float, float]:
    box = desk.page.locator(f".wb-pane[data-side={side}] canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _click(desk: Desk, side: str, x: float, y: float) -> None:
    left, top = _middle(desk, side)
    desk.page.mouse.click(left + x, top + y)


def _tool(desk: Desk, menu: str, *tools: str) -> None:
    """Click tools of a menu, opened and closed by the mouse."""
    summary = desk.page.locator(".wb-more > summary", has_text=menu)
    summary.click()
    for tool in tools:
        desk.page.click(f"[data-tool={tool}]")
    summary.click()


def _pressed(desk: Desk) -> set[str | None]:
    on = desk.page.locator(".wb-more [data-tool][aria-pressed=true]")
    return {button.get_attribute("data-tool") for button in on.all()}


def _looks(desk: Desk) -> list[list[object]]:
    text = desk.page.input_value("[data-enhancements]")
    return json.loads(text) if text else []


def _sealed(site: Site, case_id: CaseId) -> Comparison:
    with site.bench.services.units.read() as unit:
        me = site.caller(EXAMINER).actor.user_id
        (found,) = unit.cases.comparisons(case_id, me)
    return found


def test_each_print_has_a_look_of_its_own_by_keys(
    comparing: Desk, site: Site, case_id: CaseId
) -> None:
    desk = comparing
    desk.press("C", "B", ")")
    probe = _pressed(desk)
    desk.press("w", "n")
    exemplar = _pressed(desk)
    desk.press("G", "h")
    both = _pressed(desk)
    desk.press("w")
    probe_after = _pressed(desk)
    desk.press("e", "a")
    desk.page.wait_for_timeout(100)
    desk.page.evaluate("() => { window.wasHere = true; }")
    desk.press("Control+Enter")
    desk.page.wait_for_function("() => !window.wasHere")

    assert probe == {"local-contrast", "flatten"}
    assert exemplar == {"invert"}
    assert both == {"invert", "equalise", "look-both"}
    assert probe_after == {"local-contrast", "flatten", "equalise", "look-both"}
    looks = {one.side: one for one in _sealed(site, case_id).enhancements}
    wanted = {Filter.FLATTENED, Filter.LOCAL_CONTRAST, Filter.EQUALISED}
    assert set(looks[PrintSide.PROBE].filters) == wanted
    assert looks[PrintSide.PROBE].brightness_percent == 110
    assert set(looks[PrintSide.EXEMPLAR].filters) == {Filter.EQUALISED, Filter.INVERTED}


def test_each_print_has_a_look_of_its_own_by_mouse(comparing: Desk) -> None:
    desk = comparing
    desk.page.click("[data-tool=mark]")
    _click(desk, "probe", 0, 0)
    before = _looks(desk)
    _tool(desk, "Look", "local-contrast", "flatten", "darker", "more-contrast")
    _click(desk, "exemplar", 0, 0)
    desk.page.locator(".wb-more > summary", has_text="Look").click()
    desk.check("comparison-look")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.check("comparison-look-390")
    width = desk.page.evaluate("() => document.documentElement.scrollWidth")
    desk.page.set_viewport_size({"width": 1366, "height": 768})
    desk.page.click("[data-tool=reset]")

    (look,) = _looks(desk)
    assert before == []
    assert look[1:3] == ["exemplar", ["background removed", "local contrast"]]
    assert look[3:] == [120, 91]
    assert _pressed(desk) == set()
    assert width <= 390


def test_zooms_are_fixed_and_turns_fine(comparing: Desk) -> None:
    """Thirty pixels of the screen are ten of the print at three to one."""
    desk = comparing
    places = []
    for enlarge in (
        lambda: desk.press("!"),
        lambda: desk.press("#"),
        lambda: _tool(desk, "Place", "zoom-5"),
    ):
        enlarge()
        desk.page.click("[data-tool=mark]")
        for x in (0, 30):
            _click(desk, "probe", x, 0)
            _click(desk, "exemplar", x, 0)
        rows = json.loads(desk.page.input_value("[data-points]"))
        places.append([abs(rows[-1][at] - rows[-2][at]) for at in (1, 3)])
        desk.page.click("[data-tool=mark]")

    desk.press("}", "}", "}")
    by_keys = desk.page.inner_text(TURNED)
    _tool(desk, "Place", "turn-left")
    by_mouse = desk.page.inner_text(TURNED)

    assert places == [[30, 30], [10, 10], [6, 6]]
    assert "turned 3°" in by_keys
    assert "turned 2°" in by_mouse


def test_the_comparison_fills_the_screen_and_a_pair_is_marked_there(comparing: Desk) -> None:
    desk = comparing
    fills = "() => document.fullscreenElement?.matches('[data-viewer=two]') ?? false"

    desk.press("F")
    desk.page.wait_for_function(fills)
    desk.page.click("[data-tool=mark]")
    _click(desk, "probe", 0, 0)
    _click(desk, "exemplar", 0, 0)
    ground = "() => getComputedStyle(document.fullscreenElement).backgroundColor"
    behind = desk.page.evaluate(ground)
    desk.check("comparison-full-screen")
    desk.page.click("[data-tool=full-screen]")
    desk.page.wait_for_function("() => document.fullscreenElement === null")

    assert len(json.loads(desk.page.input_value("[data-points]"))) == 1
    # Where the page has no ground of its own, a browser shows its black one, with black words.
    assert behind == "rgb(255, 255, 255)"


def test_two_fingers_zoom_and_mark_nothing(comparing: Desk) -> None:
    desk = comparing
    desk.press("!")
    desk.page.click("[data-tool=mark]")
    x, y = _middle(desk, "probe")
    touch = desk.page.context.new_cdp_session(desk.page)

    def fingers(kind: str, *apart: float) -> None:
        points = [{"x": x + at, "y": y, "id": n} for n, at in enumerate(apart)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", -40)
    fingers("touchStart", -40, 40)
    fingers("touchMove", -80, 80)
    fingers("touchMove", -120, 120)
    fingers("touchEnd")
    nothing = desk.page.input_value("[data-points]")
    for at in (0, 30):
        _click(desk, "probe", at, 0)
        _click(desk, "exemplar", at, 0)

    first, second = json.loads(desk.page.input_value("[data-points]"))
    assert nothing == ""
    assert second[1] - first[1] == pytest.approx(10, abs=1)


def test_a_minutia_has_a_type_and_a_direction(analysing: Desk) -> None:
    desk = analysing
    desk.press("p", "5", "k", "Enter", "D", "ArrowRight", "ArrowRight", "Enter")
    desk.page.click("[data-tool=kind]")
    _click(desk, "probe", -60, 20)
    desk.page.click("[data-tool=direction]")
    _click(desk, "probe", -60, -30)
    rows = json.loads(desk.page.input_value("[data-features]"))
    check_both(desk, "analysis-directed")
    desk.page.check("input[value=yes]")
    desk.follow("[data-submit]")

    assert [row[3:] for row in rows] == [
        ["ridge ending", "definite", 0],
        ["bifurcation", "definite", 90],
    ]
