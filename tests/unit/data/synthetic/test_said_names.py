"""The name recorded at a booking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.counters import Draws
from data.synthetic.facts import main_name
from data.synthetic.mistakes import said_name
from data.synthetic.names.tables import nicknames
from domain.people.people import PersonName
from tests.unit.data.synthetic.builders import circumstances, circumstances_with, facts

MANY = [0.9, 0.5, *[0.3] * 20]


def _said(share: str, **changes: object) -> PersonName:
    return said_name(facts(**changes), Draws(MANY), circumstances_with(share, 0.9))


@given(values=st.lists(st.floats(0.0, 0.999), min_size=12, max_size=12))
def test_nothing_goes_wrong_when_no_share_is_set(values: list[float]) -> None:
    assert said_name(facts(), Draws(values), circumstances()) == main_name(facts())


def test_nickname_is_said_instead() -> None:
    assert _said("nickname_share").forename in nicknames("William")
    assert _said("nickname_share", known_as="Wim").forename == "Wim"
    assert _said("nickname_share", forename="Xyzzy").forename == "Xyzzy"


def test_another_spelling_is_written() -> None:
    assert _said("variant_share").surname == "Thomson"
    assert _said("variant_share", surname="Xyzzy", forename="Stephen").forename == "Steven"
    assert _said("variant_share", surname="Xyzzy", forename="Xyzzy").surname == "Xyzzy"


def test_typos_hit_the_part_they_are_for() -> None:
    surname_slip, forename_slip = _said("surname_typo_share"), _said("forename_typo_share")

    assert (surname_slip.forename, forename_slip.surname) == ("William", "Thompson")
    assert surname_slip.surname != "Thompson"
    assert forename_slip.forename != "William"


def test_name_order_is_swapped() -> None:
    swapped = _said("order_swapped_share")

    assert (swapped.forename, swapped.surname) == ("Thompson", "William")


@pytest.mark.parametrize(
    ("changes", "surname"),
    [
        ({"surname": "Ash-Bell"}, "Ash"),
        ({"maiden_surname": "Bell"}, "Thompson-Bell"),
    ],
)
def test_surname_changes_by_marriage_or_hyphen(changes: dict[str, str], surname: str) -> None:
    assert _said("surname_changed_share", **changes).surname == surname


def test_surname_changes_to_the_maiden_name_or_any_other() -> None:
    late = Draws([0.9, 0.5, 0.7, *[0.7] * 10])
    maiden = said_name(
        facts(maiden_surname="Bell"), late, circumstances(surname_changed_share=0.9)
    )

    assert maiden.surname == "Bell"
    assert _said("surname_changed_share").surname.startswith("Thompson-")


def test_initial_or_nothing_is_left_of_the_forename() -> None:
    assert _said("initial_only_share").forename == "W"
    assert _said("forename_missing_share") == PersonName(surname="Thompson")


def test_middle_names_are_left_out() -> None:
    assert _said("middle_name_missing_share").middle_names == "Alan"
    dropped = said_name(facts(), Draws([0.1, 0.9]), circumstances(middle_name_missing_share=0.5))
    assert dropped == PersonName("William", "Thompson")
