"""The two panes as they are drawn: scale and resolution, linked crosses, numbers of points, undo.

The pictures are read back from the canvas of the real browser; what is written on it is noted
where the browser is asked to write it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest

from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site

NOTE_TEXTS = """(() => {
  const paint = CanvasRenderingContext2D.prototype;
  const [write, clear] = [paint.fillText, paint.clearRect];
  paint.clearRect = function (...at) { this.canvas.texts = []; return clear.apply(this, at); };
  paint.fillText = function (text, x, y) {
    const turn = this.getTransform();
    const place = turn.transformPoint(new DOMPoint(x, y));
    const width = this.measureText(text).width;
    this.canvas.texts.push({ text, left: place.x, bottom: place.y, width });
    return write.call(this, text, x, y);
  };
})()"""
READ = """(side) => {
  const canvas = document.querySelector(`.wb-pane[data-side=${side}] canvas`);
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const paint = copy.getContext("2d", { willReadFrequently: true });
  paint.drawImage(canvas, 0, 0);
  const { data } = paint.getImageData(0, 0, canvas.width, canvas.height);
  return { canvas, width: canvas.width, height: canvas.height, data };
}"""
DARK = f"""([side, y]) => {{
  const {{ width, data }} = ({READ})(side);
  const out = [];
  for (let x = 0; x < width; x += 1) {{
    const [red, green, blue] = data.slice(4 * (y * width + x));
    out.push(red < 40 && green < 40 && blue < 40);
  }}
  return out;
}}"""
CHANGED = f"""(side) => {{
  const {{ canvas, width, height, data }} = ({READ})(side);
  const before = canvas.before;
  canvas.before = data;
  if (!before) return null;
  const box = [width, height, -1, -1];
  for (let i = 0; i < data.length; i += 4) {{
    if ([0, 1, 2].every((n) => data[i + n] === before[i + n])) continue;
    const [x, y] = [(i / 4) % width, Math.floor(i / 4 / width)];
    box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
  }}
  return box[2] < 0 ? [] : box;
}}"""
FITTED = """(side) => {
  const pane = document.querySelector(`.wb-pane[data-side=${side}]`);
  const [frame, print] = [pane.querySelector("[data-view]"), pane.querySelector("img")];
  const [across, down] = [frame.clientWidth, frame.clientHeight];
  return Math.min(across / print.naturalWidth, down / print.naturalHeight);
}"""


@dataclass(slots=True)
class Panes:
    """A comparison that an examiner looks at."""

    desk: Desk

    def size(self, side: str) -> tuple[int, int]:
        """Return the size of a pane's canvas in pixels."""
        found = self.desk.page.evaluate(
            "side => { const c = document.querySelector(`.wb-pane[data-side=${side}] canvas`);"
            " return [c.width, c.height]; }",
            side,
        )
        return found[0], found[1]

    def click(self, side: str, x: int, y: int) -> None:
        """Click so far from the middle of a pane."""
        width, height = self.size(side)
        at = {"x": width / 2 + x, "y": height / 2 + y}
        self.desk.page.click(f".wb-pane[data-side={side}] canvas", position=at)  # type: ignore[arg-type]

    def pair(self, x: int, y: int, shift: tuple[int, int] = (0, 0)) -> None:
        """Mark a pair of points, the exemplar's moved by so much."""
        self.click("probe", x, y)
        self.click("exemplar", x + shift[0], y + shift[1])

    def changed(self, side: str) -> list[int] | None:
        """Return the box of what changed since the last call: left, top, right, bottom."""
        return self.desk.page.evaluate(CHANGED, side)  # type: ignore[no-any-return]

    def texts(self, side: str) -> list[dict[str, Any]]:
        """Return what is written on a pane now."""
        return self.desk.page.evaluate(  # type: ignore[no-any-return]
            "side => document.querySelector(`.wb-pane[data-side=${side}] canvas`).texts", side
        )

    def pairs(self) -> list[list[int]]:
        """Return the pairs of points as the form would send them."""
        text = self.desk.page.input_value("[data-points]")
        return json.loads(text) if text else []

    def scale_bar(self, side: str) -> int:
        """Return the length of the drawn bar, in pixels."""
        _, height = self.size(side)
        row: list[bool] = self.desk.page.evaluate(DARK, [side, height - 12])
        return row[12:].index(False)


@pytest.fixture(scope="module")
def number() -> Any:
    return iter(range(33, 50))


@pytest.fixture
def panes(desks: Desks, site: Site, number: Any) -> Panes:
    """Return a comparison that is open on a screen of one pixel for each pixel of the page."""
    case_id = site.tenprint_case(next(number))
    desk = desks.sit_down("examiner-b")
    desk.page.add_init_script(NOTE_TEXTS)
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.page.check("input[value=yes]")
    desk.follow("[data-submit]")
    desk.wait_for_prints()
    return Panes(desk)


def test_five_millimetres_are_drawn_to_scale_and_the_resolution_is_told(panes: Panes) -> None:
    desk = panes.desk
    for side in ("probe", "exemplar"):
        said = desk.page.inner_text(f".wb-pane[data-side={side}] [data-origin]")
        ppi = re.search(r"(\d+) ppi, turned 0°", said)
        assert ppi is not None, said
        zoom = desk.page.evaluate(FITTED, side)
        expected = 5 / 25.4 * int(ppi[1]) * zoom
        assert panes.scale_bar(side) == pytest.approx(expected, abs=2)
        assert "5 mm" in [one["text"] for one in panes.texts(side)]
    fitted = panes.scale_bar("probe")

    desk.press("+", "+")
    larger = panes.scale_bar("probe")
    desk.press("]")

    assert larger == pytest.approx(fitted * 1.25**2, abs=2)
    assert "turned 5°" in desk.page.inner_text(".wb-pane[data-side=probe] [data-origin]")
    assert panes.scale_bar("probe") == larger


def test_a_cross_stands_at_corresponding_places_once_two_pairs_are_marked(panes: Panes) -> None:
    desk, shift = panes.desk, (30, -20)
    desk.press("p")
    panes.pair(-40, -30, shift)
    panes.changed("exemplar")
    desk.press("ArrowRight", "ArrowRight")
    after_one = panes.changed("exemplar")

    panes.pair(50, 40, shift)
    panes.changed("exemplar")
    desk.press(*("ArrowRight",) * 10)
    after_two = panes.changed("exemplar")

    # The cross of the probe went from the last point, (50, 40), to (70, 40), two pixels a step.
    # The dashes of the other one end four pixels before its arms do, on the right and below.
    assert after_one == []
    width, height = panes.size("exemplar")
    left, top = width / 2 + 50 + shift[0] - 16, height / 2 + 40 + shift[1] - 16
    assert after_two == pytest.approx([left, top, left + 20 + 28, top + 28], abs=3)

    desk.press("w")
    desk.press("ArrowUp")
    panes.changed("probe")
    desk.press(*("ArrowUp",) * 10)
    other_way = panes.changed("probe")
    width, height = panes.size("probe")
    left, top = width / 2 + 50 - 16, height / 2 + 40 - 2 - 20 - 16
    assert other_way == pytest.approx([left, top, left + 28, top + 20 + 28], abs=3)


def test_numbers_of_points_do_not_cover_each_other(panes: Panes) -> None:
    panes.desk.press("p")
    places = [(x, y) for y in (-24, 0, 24) for x in (-36, -12, 12, 36)]
    for x, y in places:
        panes.pair(x, y)
    panes.desk.shoot("comparison-crowded")

    for side in ("probe", "exemplar"):
        boxes = [_box(one) for one in panes.texts(side) if one["text"].isdigit()]
        assert len(boxes) == len(places)
        for one, other in combinations(boxes, 2):
            assert not _overlap(one, other), (one, other)


def _box(text: dict[str, Any]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of digits: nine pixels high at a size of thirteen."""
    left, bottom = text["left"], text["bottom"]
    return left, bottom - 9, left + text["width"], bottom


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_any_point_can_be_taken_back(panes: Panes) -> None:
    desk = panes.desk
    desk.press("p")
    panes.pair(-40, -30)
    panes.pair(0, 10)
    panes.pair(50, 40)
    three = panes.pairs()

    panes.click("probe", 20, 20)
    desk.press("u")
    half_taken = panes.pairs()
    desk.press("u")
    two = panes.pairs()
    desk.page.click("[data-point-list] button >> nth=0")
    one = panes.pairs()

    assert len(three) == 3
    assert half_taken == three
    assert two == three[:2]
    assert one == three[1:2]
    assert [t["text"] for t in panes.texts("probe") if t["text"].isdigit()] == ["1"]
    panes.click("probe", 30, 30)
    panes.click("exemplar", 30, 30)
    assert len(panes.pairs()) == 2
