"""Short forms and everyday variants of forenames, as groups of names that one person may use.

`nicknames.txt` has a group on each line.
"""

from collections import defaultdict
from functools import cache
from pathlib import Path


@cache
def _names_by_group() -> dict[str, tuple[str, ...]]:
    lines = Path(__file__).with_name("nicknames.txt").read_text("utf-8").splitlines()
    return {f"{number}": tuple(line.split()) for number, line in enumerate(lines, start=1)}


@cache
def _groups_by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for group, names in _names_by_group().items():
        for name in names:
            found[name].append(group)
    return {name: tuple(groups) for name, groups in found.items()}


def groups_of(forename: str) -> tuple[str, ...]:
    """Return the labels of a forename's groups. Most rare names have none."""
    return _groups_by_name().get(forename, ())


def variants_of(forename: str) -> frozenset[str]:
    """Return the other forenames that a person with this name may use. The relation
    is symmetric.
    """
    names = _names_by_group()
    found = {name for group in groups_of(forename) for name in names[group]}
    return frozenset(found - {forename})
