"""Filters state who is covered; fields they do not mention are unrestricted."""

import numpy as np
import pytest

from domain.errors import InvalidInputError
from indexing.codes.batches import Gallery
from indexing.codes.filters import EVERYTHING, NO_FILTER, Filter

GALLERIES = np.array([0, 0, 2, 0], dtype=np.uint8)
FORCES = np.array([1, 2, 1, 1], dtype=np.int16)
YEARS = np.array([1980, 1990, 1990, 0], dtype=np.int16)


@pytest.mark.parametrize(
    ("where", "covered"),
    [
        (NO_FILTER, [True, True, False, True]),
        (EVERYTHING, [True, True, True, True]),
        (Filter(galleries=(Gallery.STAFF,)), [False, False, True, False]),
        (Filter(forces=(2,)), [False, True, False, False]),
        (Filter(earliest_year_of_birth=1985), [False, True, False, True]),
        (Filter(latest_year_of_birth=1985), [True, False, False, True]),
        (
            Filter(earliest_year_of_birth=1980, latest_year_of_birth=1980, forces=(1,)),
            [True, False, False, True],
        ),
    ],
)
def test_who_is_covered(where: Filter, covered: list[bool]) -> None:
    assert where.passes(GALLERIES, FORCES, YEARS).tolist() == covered


def test_positions_restrict_the_fingers_that_are_compared() -> None:
    assert np.flatnonzero(Filter(positions=(1, 10)).allowed_fingers()).tolist() == [0, 9]
    assert NO_FILTER.allowed_fingers().all()


@pytest.mark.parametrize(
    "parts",
    [{"positions": (0,)}, {"earliest_year_of_birth": 2000, "latest_year_of_birth": 1999}],
)
def test_an_impossible_filter_is_refused(parts: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        Filter(**parts)  # type: ignore[arg-type]  # the table holds one wrong part at a time
