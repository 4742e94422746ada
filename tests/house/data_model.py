"""Draws the tables of a store by room as one SVG, from their declarations."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import service.storage.tables as rooms
from service.storage.tables.about import OfNobody, declared, sealed_columns
from service.storage.tables.metadata import METADATA
from tests.house.layout import Committed
from tests.house.picture import Drawing

FILE = Path("docs/images/data-model.svg")

_COLUMNS, _WIDTH, _GAP, _TOP, _LINE, _HEAD = 3, 1200, 10, 86, 15, 30
_LETTERS = 58
"""Letters that fit on a line of a box."""
_STORED = re.compile(r'\bstored\(\s*"(\w+)"')
_STYLE = (
    ".h{font-size:19px;font-weight:600;fill:#0b0c0c}.s{font-size:12px;fill:#383f43}"
    ".b{fill:#fff;stroke:#b1b4b6}.n{font-size:14px;font-weight:600;fill:#0b0c0c}"
    ".p{font-size:10.5px;fill:#1d70b8;font-weight:600}.o{font-size:10.5px;fill:#505a5f}"
    ".x{fill:#d4351c}"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A table: whether its rows are about people and encrypted, and what they refer to."""

    name: str
    is_about_people: bool
    is_sealed: bool
    refers_to: tuple[str, ...]

    @property
    def words(self) -> str:
        """The table and the tables that it refers to, as far as they fit on a line."""
        shown = list(self.refers_to)
        while shown and len(self._line(shown)) > _LETTERS:
            shown.pop()
        return self._line(shown)

    def _line(self, shown: list[str]) -> str:
        left = len(self.refers_to) - len(shown)
        more = [f"{left} more"] if left else []
        return f"{self.name} → {', '.join(shown + more)}" if self.refers_to else self.name


def committed_data_model() -> Committed:
    """Return the picture of the tables of the current code."""
    return Committed(FILE, drawn(dict(entities())))


def entities() -> Iterator[tuple[str, tuple[Entity, ...]]]:
    """Yield each room with the tables that its module declares."""
    for module in pkgutil.iter_modules(rooms.__path__):
        # Modules import tables of each other: the source says which are a room's own.
        source = inspect.getsource(import_module(f"{rooms.__name__}.{module.name}"))
        names = sorted(set(_STORED.findall(source)))
        if names:
            yield module.name, tuple(_entity(METADATA.tables[name]) for name in names)


def _entity(table: Any) -> Entity:
    said = declared(table)
    is_about_people = said is not None and not isinstance(said.paths, OfNobody)
    others = {key.target_fullname.partition(".")[0] for key in table.foreign_keys} - {table.name}
    return Entity(table.name, is_about_people, bool(sealed_columns(table)), tuple(sorted(others)))


def drawn(found: dict[str, tuple[Entity, ...]]) -> str:
    """Return the SVG of these rooms: the largest first, each in the shortest column."""
    bottoms, boxes = [_TOP] * _COLUMNS, []
    for room, tables in sorted(found.items(), key=lambda one: (-len(one[1]), one[0])):
        column = bottoms.index(min(bottoms))
        boxes.append((column, bottoms[column], room, tables))
        bottoms[column] += _height(tables) + _GAP
    drawing = Drawing(_WIDTH, max(bottoms), style=_STYLE, label="The tables of a store")
    _draw_heading(drawing, sum(map(len, found.values())))
    for column, top, room, tables in boxes:
        _draw_room(drawing, (column, top), room, tables)
    return drawing.svg()


def _height(tables: tuple[Entity, ...]) -> int:
    return _HEAD + len(tables) * _LINE + 4


def _draw_heading(drawing: Drawing, count: int) -> None:
    drawing.text(
        (12, 28), f"The {count} tables of a store, and the tables they refer to", kind="h"
    )
    drawing.text((12, 50), "Bold: rows about people on record. Grey: about nobody.", kind="s")
    drawing.dot((17, 66), 3.5, kind="x")
    drawing.text((27, 70), "has sealed columns: the content is encrypted, row by row.", kind="s")


def _draw_room(
    drawing: Drawing, place: tuple[int, int], room: str, tables: tuple[Entity, ...]
) -> None:
    width = (_WIDTH - _GAP * (_COLUMNS + 1)) / _COLUMNS
    x, top = _GAP + place[0] * (width + _GAP), place[1]
    drawing.box((x, top), (width, _height(tables)), kind="b")
    drawing.text((x + 10, top + 20), room, kind="n")
    for number, table in enumerate(tables):
        y = top + _HEAD + number * _LINE + 8
        if table.is_sealed:
            drawing.dot((x + 10, y - 3.5), 3.5, kind="x")
        drawing.text((x + 18, y), table.words, kind="p" if table.is_about_people else "o")
