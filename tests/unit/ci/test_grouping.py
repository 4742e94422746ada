"""The workers of `make test` make once what tests share."""

from __future__ import annotations

import pytest

from tests.grouping import units_of


@pytest.fixture(scope="module")
def made_once() -> object:
    return object()


@pytest.fixture
def items(request: pytest.FixtureRequest) -> list[pytest.Item]:
    """Return all tests of this module, whichever of them are run."""
    return list(request.session.genitems(request.node.getparent(pytest.Module)))


def names(items: list[pytest.Item], units: list[list[int]]) -> list[set[str]]:
    return [{items[number].name.partition("[")[0] for number in unit} for unit in units]


@pytest.mark.shares("something")
def test_tests_with_one_mark_run_in_one_worker(items: list[pytest.Item]) -> None:
    both = {"test_tests_with_one_mark_run_in_one_worker", "test_and_so_does_this"}

    found = names(items, units_of(items))

    assert [unit for unit in found if unit & both] == [both]


@pytest.mark.shares("something")
def test_and_so_does_this(items: list[pytest.Item]) -> None:
    assert len([unit for unit in units_of(items) if len(unit) > 1]) >= 2


@pytest.mark.parametrize("given", ["a", "an@address]"])
def test_tests_of_a_module_that_makes_something_once_run_in_one_worker(
    items: list[pytest.Item], made_once: object, given: str
) -> None:
    mine = {"test_tests_of_a_module_that_makes_something_once_run_in_one_worker"}

    assert mine in names(items, units_of(items))


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_every_test_is_in_one_unit(items: list[pytest.Item], seed: int | None) -> None:
    found = [number for unit in units_of(items, seed) for number in unit]

    assert sorted(found) == list(range(len(items)))


def test_a_seed_repeats_its_order(items: list[pytest.Item]) -> None:
    assert units_of(items, 1) == units_of(items, 1) != units_of(items, 2)


@pytest.mark.dear("costs nothing: it is told to begin first")
def test_dear_tests_begin_first(items: list[pytest.Item]) -> None:
    first = names(items, units_of(items))[0]

    assert "test_dear_tests_begin_first" in first
