"""The rooms of each floor, and the tables of rooms in `docs/architecture.md`."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.runner import table
from tests.house.layout import (
    FLOORS,
    PRODUCT,
    REPEATING,
    ROOMS,
    ROOT,
    Committed,
    floor_of,
    room_of,
)
from tests.house.sources import Source, first_line, first_lines, sources_of

DOCUMENT = Path("docs/architecture.md")
BEGIN = "<!-- rooms: written by `python -m tests.house picture` -->"
END = "<!-- end of rooms -->"
_LEVELS = 2
"""How many levels of packages the table of the other packages has."""


@dataclass(frozen=True, slots=True)
class Floor:
    """One floor and its rooms."""

    name: str
    rooms: tuple[tuple[str, int], ...]
    """Each room with its number of files. Rooms that exist on other floors too come first."""
    files: int
    """Number of all files, including those in no room, without `__init__`."""
    content: str
    """The first line of the floor's docstring."""


def floors() -> tuple[Floor, ...]:
    """Return the floors that exist in the code, from the top of the house down."""
    said = {_floor_key(file): first_line(file).replace("`", "") for file in sources_of(PRODUCT)}
    modules = [file.module for file in sources_of(PRODUCT) if not file.is_package]
    files = Counter(map(floor_of, modules))
    return tuple(
        Floor(name, _rooms_of(name, modules), files[name], said.get(name, ""))
        for name in sorted(files, key=_height)
    )


def _rooms_of(floor: str, modules: list[str]) -> tuple[tuple[str, int], ...]:
    rooms = Counter(room_of(module) for module in modules if floor_of(module) == floor)
    return tuple((room, rooms[room]) for room in sorted(filter(None, rooms), key=_place))


def _floor_key(file: Source) -> str:
    return file.module.removeprefix("service.")


def _height(floor: str) -> tuple[int, str]:
    return (FLOORS.index(floor) if floor in FLOORS else len(FLOORS), floor)


def _place(room: str) -> tuple[int, str]:
    return (ROOMS.index(room) if room in ROOMS else len(ROOMS), room)


def shared_rooms(house: tuple[Floor, ...]) -> tuple[str, ...]:
    """Return, in order, the rooms that exist on at least two of the repeating floors."""
    repeating = [floor for floor in house if floor.name in REPEATING]
    counts = Counter(room for floor in repeating for room, _ in floor.rooms)
    return tuple(sorted((room for room, found in counts.items() if found > 1), key=_place))


def committed_tables() -> Committed:
    """Return the document with the tables that follow from the present package docstrings.

    Raises ValueError if the document has no place for them.
    """
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{DOCUMENT} needs the lines `{BEGIN}` and `{END}`: add them.")
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    return Committed(DOCUMENT, f"{head}{BEGIN}\n{tables()}\n{END}{tail}")


def tables() -> str:
    """Return a table of the repeating rooms and a table of the other packages.

    Packages of a third level are left out, because their own first lines describe them. Packages
    named like a room, such as `domain/conversion/`, are left out too.
    """
    house, said = floors(), first_lines(sources_of(PRODUCT))
    rooms = shared_rooms(house)
    repeating = [floor.name for floor in house if floor.name in REPEATING]
    told = {f"service.{floor}.{room}" for floor in repeating for room in rooms}
    repeated = [[f"**{room}**", _said(said, room)] for room in rooms]
    elsewhere = [
        [f"`{package.replace('.', '/')}/`", sentence]
        for package, sentence in sorted(said.items())
        if package not in told and package.count(".") < _LEVELS and _name(package) not in rooms
    ]
    first = table(["Room", "Content"], repeated)
    return f"{first}\n\n{table(['Elsewhere', 'Content'], elsewhere)}"


def _name(package: str) -> str:
    return package.rpartition(".")[2]


def _said(said: dict[str, str], room: str) -> str:
    """Return the sentence of a room from the first floor that has one. Use cases come before
    pages.
    """
    sentences = (said.get(f"service.{floor}.{room}") for floor in ("usecases", *REPEATING))
    return next(filter(None, sentences), "")
