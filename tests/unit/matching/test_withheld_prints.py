"""Prints of a format that the model was not fitted on have no bits, and the evidence says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.people.people import Details
from domain.prints.prints import FingerComparisons
from domain.prints.templates import TemplateFormat
from domain.searches.evidence import Band, EvidenceSource
from domain.searches.searches import Probe
from tests.ahead import shipped_model
from tests.unit.matching.builders import make_details
from tests.unit.matching.test_scorer import comparisons, probe

SCORER = shipped_model()
FOREIGN = TemplateFormat("other", 1, 192)
COMPARED = comparisons({2: 0.99, 7: 0.99}, {2: 0.0, 7: 0.0}, {2: 0.5})


def foreign(said: Details, compared: FingerComparisons = COMPARED):
    own = probe(said)
    impressions = tuple(replace(one, fmt=FOREIGN) for one in own.impressions)
    held = [None, make_details(), Details()]
    return SCORER.score_prints(Probe(impressions, said), compared, held, gallery_size=1000)


def test_prints_have_one_row_without_bits_and_with_the_reason() -> None:
    scored = foreign(Details())

    assert scored.withheld == "other/1"
    for evidence in scored:
        (row,) = [row for row in evidence.rows if row.source is EvidenceSource.PRINT]
        assert (row.level, row.bits) == ("withheld", 0.0)
        assert "other/1" in row.note
        assert evidence.biometric_bits == 0
        assert evidence.is_withheld
        assert not evidence.flags


def test_there_is_no_band_and_no_posterior() -> None:
    assert {(one.band, one.posterior) for one in foreign(make_details())} == {(Band.NONE, None)}


def test_details_are_weighed_and_sum_to_the_total() -> None:
    scored = foreign(make_details())

    assert scored[1].demographic_bits > 5
    assert scored[0].demographic_bits == 0
    for number, evidence in enumerate(scored):
        assert evidence.total_bits == pytest.approx(scored.total_bits[number], abs=1e-9)


def test_cosines_change_nothing() -> None:
    other = comparisons({2: -0.5, 7: 0.1}, {2: 1.0, 7: 1.0}, {7: 0.2})

    assert list(foreign(make_details())) == list(foreign(make_details(), other))


def test_prints_of_the_models_own_format_are_weighed() -> None:
    scored = SCORER.score_prints(probe(), COMPARED, [None] * 3, gallery_size=1000)

    assert not scored.withheld
    assert not any(evidence.is_withheld for evidence in scored)
    assert np.argmax(scored.print_bits) == 0
