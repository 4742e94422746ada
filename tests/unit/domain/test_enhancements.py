"""Enhancement as it is sealed: within bounds, and in words."""

from __future__ import annotations

import pytest

from domain.errors import InvalidInputError
from domain.examination.markups import (
    MOST_ENHANCEMENTS,
    Enhancement,
    Filter,
    PrintSide,
    check_enhancements,
)
from domain.prints.prints import FingerPosition

INDEX = FingerPosition.RIGHT_INDEX
CLEAR = Enhancement(INDEX, PrintSide.PROBE, (Filter.LOCAL_CONTRAST,), 120, 90)


def test_it_says_print_finger_and_every_change() -> None:
    assert CLEAR.in_words == (
        "probe, right index: local contrast, contrast 120 %, brightness 90 %"
    )
    assert Enhancement(INDEX, PrintSide.EXEMPLAR).in_words.endswith("as captured")


@pytest.mark.parametrize(
    "several",
    [
        (CLEAR,) * (MOST_ENHANCEMENTS + 1),
        (Enhancement(INDEX, PrintSide.PROBE, (Filter.INVERTED,) * 2),),
        (Enhancement(INDEX, PrintSide.PROBE, (), 9),),
        (Enhancement(INDEX, PrintSide.PROBE, (), 100, 501),),
    ],
)
def test_what_no_page_sends_is_refused(several: tuple[Enhancement, ...]) -> None:
    check_enhancements((CLEAR,) * MOST_ENHANCEMENTS)

    with pytest.raises(InvalidInputError):
        check_enhancements(several)
