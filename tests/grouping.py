"""Tests that share what is made once run in one worker, which then makes it once.

Of each module with a fixture that is made once, all tests run in one worker; so do all tests with
one mark `xdist_group`. xdist 3.8 hands the group on in a field that pytest 9.2 no longer reads:
each worker made everything, and two of three did so for nothing.
"""

from __future__ import annotations

import pytest
from _pytest.nodeid import NodeId
from _pytest.scope import Scope


def group(items: list[pytest.Item]) -> None:
    """Name the group of each test behind its id, where xdist looks for it; put groups first.

    What remains at the end is then short, and no worker waits for another.
    """
    for item in items:
        suffix = f"@{name}" if (name := _group(item)) else ""
        # As xdist does it once it knows the field.
        if not item.nodeid.endswith(suffix):
            item._id = NodeId.parse(item.nodeid + suffix)
    items.sort(key=lambda item: not _group(item))


def _group(item: pytest.Item) -> str:
    """Return the name of the group of a test, empty if it may run anywhere."""
    names = {str(mark.args[0]) for mark in item.iter_markers("xdist_group")}
    if not names and _shares_with_its_module(item):
        return item.path.relative_to(item.config.rootpath).as_posix()
    return "_".join(sorted(names))


def _shares_with_its_module(item: pytest.Item) -> bool:
    fixtures = getattr(item, "_fixtureinfo", None)
    made = fixtures.name2fixturedefs.values() if fixtures else ()
    return any(one[-1]._scope is Scope.Module for one in made if one)
