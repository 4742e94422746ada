"""Tests that share what is made once run in one worker, which then makes it once.

Of each module with a fixture that is made once, all tests run in one worker; so do all tests with
one mark `shares`.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from _pytest.scope import Scope

_SINGLES = 8
"""How many tests that share nothing are taken at once."""


def units_of(items: list[pytest.Item], seed: int | None = None) -> list[list[int]]:
    """Return the numbers of the tests that run in one worker, in the order in which they begin.

    Dear units come first, so that no worker works on one when the others have ended. A seed puts
    the rest in a random order, and so what share something within a unit, and these tests.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    singles: list[int] = []
    for number, item in enumerate(items):
        (groups[name] if (name := _group(item)) else singles).append(number)
    units = list(groups.values())
    if seed is not None:
        random = np.random.default_rng(seed)
        units = [_shuffled(unit, items, random) for unit in units]
        random.shuffle(singles)
        random.shuffle(units)
    units += [singles[at : at + _SINGLES] for at in range(0, len(singles), _SINGLES)]
    return sorted(units, key=lambda unit: -sum(_weight(items[number]) for number in unit))


def _shuffled(unit: list[int], items: list[pytest.Item], random: np.random.Generator) -> list[int]:
    """Return the tests of a unit in a random order that makes nothing twice."""
    together: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number in unit:
        together[_made_for(items[number])].append(number)
    parts = [random.permutation(numbers).tolist() for numbers in together.values()]
    random.shuffle(parts)
    # Parts of one module stay together: its fixtures live as long as it is at work.
    modules = list(dict.fromkeys(items[part[0]].path for part in parts))
    parts.sort(key=lambda part: modules.index(items[part[0]].path))
    return [number for part in parts for number in part]


def _made_for(item: pytest.Item) -> tuple[object, ...]:
    """Return the module of a test, and the parameters of what is made for more than one test."""
    call = getattr(item, "callspec", None)
    shared = [
        (name, call.indices[name])
        for name, scope in (call._arg2scope.items() if call else ())
        if scope is not Scope.Function
    ]
    return (item.path, *shared)


def _weight(item: pytest.Item) -> int:
    """Return how many ordinary tests one test is reckoned to cost."""
    return 100 if item.get_closest_marker("dear") else 1


def _group(item: pytest.Item) -> str:
    """Return the name of the group of a test, empty if it may run anywhere."""
    names = {str(mark.args[0]) for mark in item.iter_markers("shares")}
    if not names and _shares_with_its_module(item):
        return item.path.relative_to(item.config.rootpath).as_posix()
    return "_".join(sorted(names))


def _shares_with_its_module(item: pytest.Item) -> bool:
    fixtures = getattr(item, "_fixtureinfo", None)
    made = fixtures.name2fixturedefs.values() if fixtures else ()
    return any(one[-1]._scope is Scope.Module for one in made if one)
