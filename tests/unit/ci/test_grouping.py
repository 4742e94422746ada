"""The workers of `make test` make once what tests share."""

from __future__ import annotations

import copy

import pytest
from xdist.scheduler.loadgroup import LoadGroupScheduling  # type: ignore[import-untyped]

from tests.grouping import group


@pytest.fixture(scope="module")
def made_once() -> object:
    return object()


@pytest.fixture
def item(request: pytest.FixtureRequest) -> pytest.Item:
    """Return this test as it was collected, whose id may be changed."""
    collected: pytest.Item = copy.copy(request.node)
    collected._id = request.node._id.parse(request.node.nodeid.partition("@")[0])
    return collected


def group_for_xdist(item: pytest.Item) -> str:
    return str(LoadGroupScheduling._split_scope(None, item.nodeid))


@pytest.mark.xdist_group("shared by a mark")
def test_tests_with_one_mark_are_a_group(item: pytest.Item) -> None:
    group([item])

    assert group_for_xdist(item) == "shared by a mark"


@pytest.mark.parametrize("given", ["a", "an@address]"])
def test_tests_of_a_module_that_makes_something_once_are_a_group(
    item: pytest.Item, made_once: object, given: str
) -> None:
    group([item])
    group([item])

    assert group_for_xdist(item) == "tests/unit/ci/test_grouping.py"


def test_a_test_that_shares_nothing_runs_anywhere(item: pytest.Item) -> None:
    alone = item.nodeid

    group([item])

    assert (item.nodeid, group_for_xdist(item)) == (alone, alone)
