"""Every fault that the pages of a room note has a place beside its field in their templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path("service/web")
ROOMS = sorted(one for one in WEB.iterdir() if one.is_dir() and list(one.glob("*.py"))) + sorted(
    one for one in WEB.glob("*.py") if "_page.post(" in one.read_text()
)
"""A room is a directory or a module."""

_TEMPLATE = re.compile(r'"(\w+/\w+\.html)"')
_NOTED = re.compile(
    r'form\.text\(\s*"(\w+)"[^()]*missing=|form\.(?:choice|day)\(\s*"(\w+)"'
    r'|errors\["(\w+)"\]|form\.taking\("(\w+)"|_page\.post\(\s*"[^"]*", "(\w+)"'
)
_PLACED = re.compile(r'\w+\((?:form\.)?errors,[^()]*?"([\w-]+)"')
_USED = re.compile(r'{% (?:extends|include|from) "([\w/]+\.html)"')

SENT_BY_EVERY_BROWSER = {"priority", "images"}
"""Lists of which one line is always chosen: another value is refused with a page of its own."""


def noted(source: str) -> set[str]:
    """Return the fields at which pages note faults."""
    return {name for found in _NOTED.findall(source) for name in found if name}


def placed(template: str) -> set[str]:
    """Return the fields beside which a template shows a fault."""
    source = (WEB / "templates" / template).read_text()
    return set(_PLACED.findall(source)).union(*map(placed, _USED.findall(source)))


@pytest.mark.parametrize("room", ROOMS, ids=lambda one: one.stem)
def test_every_fault_that_is_noted_has_a_place_beside_its_field(room: Path) -> None:
    modules = room.glob("*.py") if room.is_dir() else (room,)
    source = "".join(one.read_text() for one in modules)

    known = set[str]().union(*map(placed, _TEMPLATE.findall(source)))

    assert noted(source) - known - SENT_BY_EVERY_BROWSER == set()
