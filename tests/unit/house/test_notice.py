"""NOTICE names what the service is built on, with the licence that each package states."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.utils import canonicalize_name

from tests.house.layout import ROOT
from tests.house.notice import direct, licence

NOTICE = (ROOT / "NOTICE").read_text("utf-8")
ASKED = sorted({canonicalize_name(each.name) for every in direct().values() for each in every})


@pytest.mark.parametrize("name", ASKED)
def test_each_package_is_named_with_the_licence_that_it_states(name: str) -> None:
    try:
        stated = licence(distribution(name))
    except PackageNotFoundError:  # For another system.
        assert f"\n  {name}: " in NOTICE
        return

    assert f"\n  {name}: {stated}\n" in NOTICE


def test_each_extra_says_how_much_it_brings() -> None:
    for extra in filter(None, direct()):
        assert f"\nThe extra `{extra}` (about " in NOTICE


def test_nothing_is_under_a_licence_that_would_bind_the_service() -> None:
    stated = [line.partition(": ")[2] for line in NOTICE.splitlines() if line.startswith("  ")]

    assert len(stated) > 60
    assert not [each for each in stated if each.startswith(("GPL", "AGPL", "GNU"))]
