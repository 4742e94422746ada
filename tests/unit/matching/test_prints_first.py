"""Prints that exclude: no details could have made such a candidate worth an examination."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.people.people import Details
from domain.searches.evidence import EvidenceSource
from domain.searches.strangers import Standing, Strangers
from matching.findings import PrintsFirst
from matching.fusion import prior_bits, promotion, rate_of_none, supported
from matching.policy import Mode
from tests.ahead import shipped_model
from tests.unit.matching.builders import make_details
from tests.unit.matching.test_scorer import comparisons, probe

SCORER = shipped_model()
SIZES = st.integers(min_value=2, max_value=100_000_000)


@given(SIZES, st.floats(0.0, 60.0), st.floats(-80.0, 200.0), st.integers(10**5, 10**12))
def test_no_details_lift_prints_below_the_limit_to_possible(
    size: int, below: float, details_bits: float, trials: int
) -> None:
    limit = SCORER.details_from_millibits(probe(make_details()), size)
    possible = SCORER.policy.thresholds[Mode.TENPRINT].possible_bits
    if limit is None:
        assert possible <= prior_bits(size)
        return
    prints = np.array([limit / 1_000 - below - 1e-9])
    ratio = prints + promotion(np.array([details_bits]), size)

    assert prior_bits(size) + ratio[0] < possible
    assert prior_bits(size) + supported(ratio, size, rate_of_none(size, trials))[0] < possible


def test_a_candidate_passed_over_has_a_row_that_says_so_and_the_bits_of_prints_alone() -> None:
    asked = probe(make_details())
    found = comparisons({2: 0.1, 7: -0.1}, {2: 0.9, 7: 0.8})
    prints = SCORER.prints_alone(asked, found)
    first = PrintsFirst(prints, np.array([True, False]))

    scored = SCORER.score_prints(
        asked, found, [None, make_details()], gallery_size=100_000, first=first
    )
    alone = SCORER.score_prints(
        replace(asked, details=Details()), found, [None, None], gallery_size=100_000
    )

    over, weighed = scored[0], scored[1]
    assert [row.level for row in over.rows if row.source is EvidenceSource.DETAILS_BOUND] == [
        "not weighed"
    ]
    assert scored.total_bits[0] == alone.total_bits[0]
    assert abs(sum(row.bits for row in over.rows) - scored.total_bits[0]) < 1e-9
    assert any(row.source is EvidenceSource.NAME for row in weighed.rows)


def test_there_is_no_limit_among_few_people_nor_for_prints_without_bits() -> None:
    asked = probe(make_details())
    nothing = (0,) * 10
    withheld = Strangers(0, nothing, nothing, Standing.WITHHELD)

    assert SCORER.details_from_millibits(asked, 100_000) is not None
    assert SCORER.details_from_millibits(asked, 1) is None
    assert SCORER.details_from_millibits(replace(asked, strangers=withheld), 100_000) is None
