from __future__ import annotations

import numpy as np
import pytest

from data.synthetic.ridges.__main__ import first_of_class
from data.synthetic.ridges.master import master_print
from data.synthetic.ridges.parameters import FRAME_PX, RIDGES, PatternClass
from data.synthetic.ridges.patterns import pattern_class
from domain.prints.minutiae import MinutiaKind
from domain.prints.prints import FINGERS
from tests.unit.data.synthetic.ridges.builders import a_finger


@pytest.mark.parametrize("pattern", PatternClass)
def test_every_class_grows_whole_ridges_with_a_plausible_number_of_minutiae(
    pattern: PatternClass,
) -> None:
    master = master_print(first_of_class(11, pattern))

    assert master.pattern is pattern
    assert master.ridges.shape == (FRAME_PX, FRAME_PX)
    assert np.mean(master.ridges > 0.0) == pytest.approx(0.5, abs=0.04)
    assert 35 <= len(master.minutiae) <= 130


def test_the_same_finger_is_grown_once() -> None:
    assert master_print(a_finger()) is master_print(a_finger())


def test_growing_again_gives_the_same_skin() -> None:
    remembered = master_print(a_finger())
    master_print.cache_clear()

    again = master_print(a_finger())

    assert again is not remembered
    assert np.array_equal(again.ridges, remembered.ridges)
    assert again.minutiae == remembered.minutiae


def test_the_arrays_of_a_master_cannot_be_written() -> None:
    master = master_print(a_finger())

    assert not any(
        array.flags.writeable for array in (master.ridges, master.pores, master.creases)
    )


def test_the_ridge_period_is_that_of_the_finger() -> None:
    master = master_print(a_finger())
    middle = master.ridges[128:384, 128:384]

    spectrum = np.abs(np.fft.fft2(middle)) ** 2

    frequency = np.fft.fftfreq(256)
    radius = np.hypot(frequency[:, None], frequency[None, :])
    band = (radius > 0.05) & (radius < 0.2)
    mean = (spectrum * radius)[band].sum() / spectrum[band].sum()
    assert 1.0 / mean == pytest.approx(master.ridge_period_px, rel=0.08)


def test_periods_stay_within_their_range_and_endings_and_bifurcations_both_occur() -> None:
    masters = [master_print(a_finger(number, FINGERS[number])) for number in range(6)]

    kinds = [minutia.kind for master in masters for minutia in master.minutiae]

    low, high = RIDGES.period_range_px
    assert all(low <= master.ridge_period_px <= high for master in masters)
    assert 0.25 < np.mean([kind is MinutiaKind.RIDGE_ENDING for kind in kinds]) < 0.75


def test_other_fingers_have_other_ridges() -> None:
    one, other = master_print(a_finger(1)), master_print(a_finger(2))

    correlation = np.corrcoef(one.ridges.ravel(), other.ridges.ravel())[0, 1]

    assert abs(correlation) < 0.05
    assert pattern_class(a_finger(1)) is one.pattern
