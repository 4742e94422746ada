"""Writes NOTICE: the packages that identlink is built on, with the licence that each states."""

import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.layout import ROOT, Committed

FILE = Path("NOTICE")
_DEVELOPMENT = frozenset({"dev"})
_LONGEST = 60
"""A `License` field longer than this is the text of a licence and not its name, in characters."""
_HEAD = """identlink
Copyright the authors of identlink. Licensed under the Apache License, Version 2.0.

Contained in this repository: rules/data/court-codes-1.json, made of codes, categories and flags of
bichard7-next-data 2.0.414, Ministry of Justice (MIT: rules/data/court-codes-1-LICENSE.txt).

Nothing below is contained in this repository: each package is installed from its own release.
Named as `python -m tests.house notice` found it, with the licence that the package states.
"""


def committed_notice() -> Committed:
    """Return NOTICE according to the installed packages."""
    return Committed(FILE, "\n".join(_sections()) + "\n")


def direct() -> dict[str, list[Requirement]]:
    """Return the requirements in pyproject.toml by extra. The key "" has those that are always
    installed.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {
        name: asked
        for name, asked in sorted(project["optional-dependencies"].items())
        if name not in _DEVELOPMENT
    }
    every = {"": project["dependencies"], **extras}
    return {name: [Requirement(each) for each in asked] for name, asked in every.items()}


def licence(found: Distribution) -> str:
    """Return the licence that a package states: its expression, or else its name or classifier."""
    metadata = found.metadata
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    stated = metadata["License"].strip() if "License" in metadata else ""
    classified = [
        each.rpartition(" :: ")[2]
        for each in metadata.get_all("Classifier") or ()
        if each.startswith("License :: ")
    ]
    if stated and len(stated) <= _LONGEST:
        return stated
    return ", ".join(classified) or "not stated in its metadata"


def _sections() -> Iterator[str]:
    yield _HEAD
    always = _closure(direct()[""])
    for extra, asked in direct().items():
        found = _closure(asked)
        shown = found if not extra else {name: found[name] for name in found if name not in always}
        size_mb = sum(_size_bytes(each) for each in shown.values()) / 1e6
        title = f"The extra `{extra}`" if extra else "Always installed"
        yield f"{title} (about {size_mb:,.0f} MB)"
        yield from (f"  {name}: {licence(shown[name])}" for name in sorted(shown))
        yield ""


def _closure(asked: Iterable[Requirement]) -> dict[str, Distribution]:
    """Return the packages and everything they require, as far as it is installed here."""
    found: dict[str, Distribution] = {}
    waiting = list(asked)
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # For another system or another version of Python.
            continue
        waiting += _asked_by(found[name], each.extras)
    return found


def _asked_by(found: Distribution, extras: set[str]) -> Iterator[Requirement]:
    """Yield the requirements of a package, including those of the requested extras."""
    for each in map(Requirement, found.requires or ()):
        if each.marker is None or any(
            each.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        ):
            yield each


def _size_bytes(found: Distribution) -> int:
    """Return the size of a package's own files in bytes, without the files that Python compiles
    from them.
    """
    return sum(file.size or 0 for file in found.files or ())
