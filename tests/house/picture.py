"""Draws floors, rooms and arrows as one SVG from the imports in the code."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path

from tests.house.layout import ENGINES, PRODUCT, REPEATING, ROOMS, Committed, floor_of
from tests.house.rooms import Floor, floors
from tests.house.sources import arrows, imports, sources_of

FILE = Path("docs/images/rooms.svg")

_WIDTH = 1200
_TOP = 66
_BOTTOM = 40
_GAP = 4
_LOW = 36
"""Height of a floor without rooms."""
_NAME_X = 22
_ROOMS_X = 128
_ROOM = (72, 32)
_ROOM_GAP = 3
_ROOMS_A_LINE = 8
_ARROWS_X = 772
_ARROWS_END = 1184

_SHADES = (1, 10, 30, 80)
"""Numbers of imports from which a dot is drawn in the next darker shade."""

_STYLE = (
    ".f{fill:#f3f2f1}.e{fill:#eef4ea}.d{fill:#f1eef8}"
    ".n{font-size:14px;font-weight:600;fill:#0b0c0c}.c{font-size:10.5px;fill:#505a5f}"
    ".h{font-size:19px;font-weight:600;fill:#0b0c0c}.s{font-size:12px;fill:#383f43}"
    ".r{fill:#fff;stroke:#1d70b8;stroke-width:1.2}.o{fill:#fff;stroke:#b1b4b6}"
    ".m{font-size:11px;fill:#0b0c0c;text-anchor:middle}"
    ".l{font-size:9px;fill:#0b0c0c;text-anchor:middle}"
    ".k{font-size:9.5px;fill:#505a5f;text-anchor:middle}"
    ".t{stroke:#8aa4bd;stroke-width:1.2}.a{fill:#1d70b8}"
    ".u{stroke:#d4351c;stroke-width:1.2;stroke-dasharray:3 3}.w{fill:#d4351c}"
    ".g{font-size:11px;font-weight:600;fill:#1d70b8;text-anchor:end}.q{fill:#1d70b8}"
    ".s1{fill:#d2e2f1}.s2{fill:#8eb8dc}.s3{fill:#1d70b8}.s4{fill:#003078}"
    ".x1,.x2{font-size:9.5px;fill:#0b0c0c;text-anchor:middle}"
    ".x5{font-size:8px;font-weight:600;fill:#fff;text-anchor:middle}"
    ".x3,.x4{font-size:9.5px;font-weight:600;fill:#fff;text-anchor:middle}"
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A floor of the picture, and the place where it is drawn."""

    floor: Floor
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def committed_picture() -> Committed:
    """Return the picture of the current code."""
    pairs = imports(sources_of(PRODUCT))
    return Committed(FILE, drawn(floors(), arrows(pairs, floor_of)))


def drawn(house: tuple[Floor, ...], found: Counter[tuple[str, str]]) -> str:
    """Return the SVG of these floors, with the number of imports between every two of them."""
    rows = _rows(house)
    height = rows[-1].top + rows[-1].height + _BOTTOM
    drawing = Drawing(_WIDTH, height, style=_STYLE, label="Floors, rooms and imports")
    _draw_heading(drawing)
    for row in rows:
        _draw_floor(drawing, row)
    _draw_arrows(drawing, rows, found)
    _draw_foot(drawing, height - 14, _count_upward(rows, found))
    return drawing.svg()


def _rows(house: tuple[Floor, ...]) -> tuple[_Row, ...]:
    rows: list[_Row] = []
    top: float = _TOP
    for floor in house:
        lines = max(1, math.ceil((_last_cell(floor) + 1) / _ROOMS_A_LINE))
        height = lines * (_ROOM[1] + _ROOM_GAP) + 9 if floor.rooms else _LOW
        rows.append(_Row(floor, top, height))
        top += rows[-1].height + _GAP
    return tuple(rows)


def _cells(floor: Floor) -> dict[str, int]:
    """Return the cell of each room. Rooms that exist on several floors are drawn
    below each other.
    """
    names = [room for room, _ in floor.rooms]
    common = ROOMS if floor.name in REPEATING else ()
    repeated = {room: common.index(room) for room in names if room in common}
    others = [room for room in names if room not in common]
    first = len(common)
    return repeated | {room: first + number for number, room in enumerate(others)}


def _last_cell(floor: Floor) -> int:
    return max(_cells(floor).values(), default=0)


def _draw_heading(drawing: Drawing) -> None:
    drawing.text((_NAME_X, 28), "The house: floors, and the rooms on each of them", kind="h")
    drawing.text((_NAME_X, 48), "In a box: a room and its Python files.", kind="s")
    drawing.text(
        (_ARROWS_X, 48),
        "In a dot: imports from the floor that its line leads down to.",
        kind="s",
    )


def _draw_floor(drawing: Drawing, row: _Row) -> None:
    floor = row.floor
    drawing.box((10, row.top), (_WIDTH - 20, row.height), kind=_kind_of(floor.name))
    drawing.text((_NAME_X, row.top + 17), floor.name, kind="n")
    drawing.text((_NAME_X, row.top + 30), _counts(floor), kind="c")
    if not floor.rooms:
        drawing.text((_ROOMS_X, row.middle + 4), floor.content, kind="s")
    cells = _cells(floor)
    for room, files in floor.rooms:
        _draw_room(drawing, row, (room, files), cells[room])


def _kind_of(floor: str) -> str:
    if floor == "domain":
        return "d"
    return "e" if floor in ENGINES else "f"


def _counts(floor: Floor) -> str:
    rooms = f"{len(floor.rooms)} rooms, " if len(floor.rooms) > 1 else ""
    return f"{rooms}{floor.files} {'file' if floor.files == 1 else 'files'}"


def _draw_room(drawing: Drawing, row: _Row, room: tuple[str, int], cell: int) -> None:
    (name, files), (width, height) = room, _ROOM
    line, column = divmod(cell, _ROOMS_A_LINE)
    x = _ROOMS_X + column * (width + _ROOM_GAP)
    y = row.top + 6 + line * (height + _ROOM_GAP)
    drawing.box((x, y), _ROOM, kind="r" if row.floor.name in REPEATING and name in ROOMS else "o")
    drawing.text((x + width / 2, y + 14), name, kind="m" if len(name) < 13 else "l")
    drawing.text((x + width / 2, y + 26), str(files), kind="k")


def _draw_arrows(
    drawing: Drawing, rows: tuple[_Row, ...], found: Counter[tuple[str, str]]
) -> None:
    reached = [row for row in rows if any(target == row.floor.name for _, target in found)]
    step = (_ARROWS_END - _ARROWS_X) / max(1, len(reached))
    for number, target in enumerate(reached):
        x = round(_ARROWS_X + (number + 0.5) * step, 1)
        sources = [(row, found[row.floor.name, target.floor.name]) for row in rows]
        _draw_trunk(drawing, x, target, [(row, count) for row, count in sources if count])


def _draw_trunk(drawing: Drawing, x: float, target: _Row, sources: list[tuple[_Row, int]]) -> None:
    """Draw the line that leads to a floor, and a dot for each floor from which it comes."""
    above = [row.middle for row, _ in sources if row.top < target.top]
    below = [row.middle for row, _ in sources if row.top > target.top]
    if above:
        drawing.line((x, min(above)), (x, target.middle - 12), kind="t")
        drawing.head((x, target.middle - 6), down=True, kind="a")
    if below:
        drawing.line((x, max(below)), (x, target.middle + 12), kind="u")
        drawing.head((x, target.middle + 6), down=False, kind="w")
    drawing.box((x - 6, target.middle - 6), (12, 12), kind="q")
    drawing.text((x - 10, target.middle + 4), target.floor.name, kind="g")
    for row, count in sources:
        shade = sum(count >= least for least in _SHADES)
        drawing.dot((x, row.middle), 9.5, kind=f"s{shade}" if row.top < target.top else "w")
        kind = f"x{shade}" if count < 100 else "x5"
        drawing.text((x, row.middle + 3.5), str(count), kind=kind)


def _count_upward(rows: tuple[_Row, ...], found: Counter[tuple[str, str]]) -> int:
    order = {row.floor.name: number for number, row in enumerate(rows)}
    return sum(count for (source, target), count in found.items() if order[source] > order[target])


def _draw_foot(drawing: Drawing, y: float, upward: int) -> None:
    words = {0: "No import points up.", 1: "1 import points up (red)."}
    told = words.get(upward, f"{upward} imports point up (red).")
    drawing.text((_NAME_X, y), f"{told} Drawn by python -m tests.house picture.", kind="s")


class Drawing:
    """Shapes in the order in which they are drawn."""

    def __init__(self, width: float, height: float, *, style: str, label: str) -> None:
        self._head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
            f' font-family="Helvetica,Arial,sans-serif" role="img" aria-label="{escape(label)}">\n'
            f"<style>{style}</style>\n"
            f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
        )
        self._shapes: list[str] = []

    def box(self, place: tuple[float, float], size: tuple[float, float], *, kind: str) -> None:
        """Draw a rectangle with rounded corners, given its upper left corner."""
        (x, y), (width, height) = place, size
        self._shapes.append(
            f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
            ' rx="4"/>'
        )

    def text(self, place: tuple[float, float], words: str, *, kind: str) -> None:
        """Write words. `kind` decides which part of the words is at the given place."""
        x, y = place
        self._shapes.append(f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>')

    def line(self, start: tuple[float, float], end: tuple[float, float], *, kind: str) -> None:
        """Draw a straight line."""
        (x, y), (to_x, to_y) = start, end
        self._shapes.append(f'<path class="{kind}" d="M{x:g} {y:g}L{to_x:g} {to_y:g}"/>')

    def head(self, tip: tuple[float, float], *, down: bool, kind: str) -> None:
        """Draw an arrowhead that points down or up, with its tip at this place."""
        (x, y), back = tip, -7 if down else 7
        self._shapes.append(f'<path class="{kind}" d="M{x:g} {y:g}l-4 {back:g}h8z"/>')

    def dot(self, centre: tuple[float, float], radius: float, *, kind: str) -> None:
        """Draw a filled circle."""
        x, y = centre
        self._shapes.append(f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{radius:g}"/>')

    def svg(self) -> str:
        """Return the whole picture, with one shape on each line."""
        return "\n".join([self._head, *self._shapes, "</svg>"]) + "\n"
