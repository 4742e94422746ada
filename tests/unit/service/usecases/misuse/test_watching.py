"""The caller's own name, as far as accounts reveal it."""

from __future__ import annotations

import pytest

from domain.people.people import Details, PersonName
from domain.searches.searches import Probe
from service.usecases.misuse.watching import is_own_name


@pytest.mark.parametrize(
    ("surname", "who", "expected"),
    [
        ("Smith", "jane.smith", True),
        ("SMITH", "pc-77 jane_smith@force.example", True),
        ("O'Neill", "siobhan.neill", True),
        ("Łukasz", "adam.lukasz", True),
        ("Smith", "jane.smithson", False),
        ("Smith", "", False),
        ("Xu", "xu.li", False),
    ],
)
def test_a_surname_is_ones_own_when_it_is_a_word_of_the_account(
    surname: str, who: str, expected: bool
) -> None:
    probe = Probe((), Details(names=(PersonName("Any", surname),)))

    assert is_own_name(probe, who) is expected
