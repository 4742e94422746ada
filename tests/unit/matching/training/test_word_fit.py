from __future__ import annotations

import numpy as np

from domain.people.people import Details, PersonName
from matching.training.demographic_fit import fit_words
from matching.training.inputs import DetailsSample

NAMES = [("John", "Smith"), ("Mary", "Okafor"), ("Peter", "Kowalski"), ("Ahmed", "Hussain")]


def fitted(slips: int) -> dict[str, object]:
    """Fit on 200 people, so many of whom have a slip in the surname when met again."""
    people = [PersonName(*NAMES[n % 4]) for n in range(200)]
    said = [
        PersonName(one.forename, one.surname + "a" if n < slips else one.surname)
        for n, one in enumerate(people)
    ]
    sample = DetailsSample(
        said=[Details(names=(one,)) for one in said],
        held=[Details(names=(one,)) for one in people],
    )
    return fit_words(sample)


def test_the_share_of_words_that_stay_the_same_is_recovered() -> None:
    for slips in (0, 40, 100):
        (same, *_) = np.array(fitted(slips)["mated"])
        assert abs(same - (1.0 - slips / 400)) < 0.01


def test_a_word_is_counted_once_for_each_person_and_rare_ones_are_left_out() -> None:
    shares = fitted(0)["shares"]
    assert isinstance(shares, dict)
    assert shares["SMITH"] == 0.25
    assert "SMITHA" not in fitted(2)["shares"]  # type: ignore[operator]
