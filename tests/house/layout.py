"""The declaration of packages, floors and rooms, and the writing of files that follow from the
code.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout that contains this file."""

ENGINES = ("prints", "rules", "indexing", "matching", "data")
PRODUCT = ("domain", *ENGINES, "service")
"""Packages whose lines are product lines. A package that does not exist yet is skipped."""

FLOORS = (
    "main",
    "demo",
    "cli",
    "app",
    "public",
    "web",
    "api",
    "bootstrap",
    "background",
    "settings",
    "channels",
    "adapters",
    "usecases",
    "live",
    "storage",
    "ports",
    "provenance",
    "outages",
    *ENGINES,
    "domain",
)
"""Floors from the top of the house down. A floor that is missing here comes after these."""

ROOMS = (
    "people",
    "searches",
    "examination",
    "links",
    "access",
    "log",
    "misuse",
    "messages",
    "models",
)
"""Rooms that exist on several floors, in the order in which they are drawn."""

REPEATING = ("web", "api", "usecases", "storage")
"""The floors on which these rooms exist."""

_MODULE_FLOORS = {"__main__": "main", "logs": "outages"}
"""Modules directly in `service/` that share a floor, as all settings do. Any other such module is
a floor by itself."""

_NOT_FLOORS = {"migrations"}
"""Folders whose files are neither product lines nor rooms, because they are written once and never
changed."""


def is_counted(file: Path) -> bool:
    """Whether a Python file of the checkout is measured. Migrations are not."""
    return not _NOT_FLOORS & set(file.parts)


def floor_of(module: str) -> str:
    """Return the floor of a module: its folder under `service`, or its package
    outside `service`.
    """
    package, *inner = module.split(".")
    if package != "service" or not inner:
        return package
    if inner[0].endswith("settings"):
        return "settings"
    return _MODULE_FLOORS.get(inner[0], inner[0])


def room_of(module: str) -> str | None:
    """Return the room of a module, which is the folder under its floor; None if it is directly on
    the floor.
    """
    parts = module.split(".")
    depth = 2 if parts[0] == "service" else 1
    inner = parts[depth:]
    if len(inner) > 1 or (inner and _is_package(module)):
        return inner[0]
    return None


def _is_package(module: str) -> bool:
    # A folder that Git emptied may still contain files that Python compiled.
    return (ROOT / module.replace(".", "/") / "__init__.py").exists()


def place_of(file: str) -> str:
    """Return the room as a walk counts it: the first two folders, or the name of an engine.

    A module directly in `service/` is a place by itself.
    """
    parts = file.split("/")
    return "/".join(parts[:2]) if parts[0] == "service" else parts[0]


@dataclass(frozen=True, slots=True)
class Committed:
    """A file of the checkout, and the text that it must have according to the code."""

    path: Path
    """Path relative to the checkout."""
    text: str

    @property
    def is_stale(self) -> bool:
        """Whether the file is missing or has another text."""
        file = ROOT / self.path
        return not file.is_file() or file.read_text(encoding="utf-8") != self.text

    def write(self) -> None:
        """Write the file."""
        (ROOT / self.path).write_text(self.text, encoding="utf-8", newline="\n")


def write_or_check(files: Iterable[Committed], *, check: bool, mend: str) -> int:
    """Write the files, or only compare them. Return 1 if one is stale, and print the command that
    corrects it.
    """
    stale = [file for file in files if file.is_stale]
    if not check:
        for file in stale:
            file.write()
            print(f"Wrote {file.path}.")
        return 0
    for file in stale:
        sys.stderr.write(f"{file.path} is stale: run `{mend}`.\n")
    return int(bool(stale))
