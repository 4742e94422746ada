"""Towns, streets and postcodes."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.residence import area_of, draw_towns, postcode, street_line
from domain.forces import is_known_force

UNIFORM = st.floats(0.0, 1.0, exclude_max=True)


def test_every_town_lies_with_a_known_force() -> None:
    towns = draw_towns(np.linspace(0.0, 0.999999, 5_000))

    assert all(is_known_force(town.force) for town in towns)
    assert len({town.force for town in towns}) > 40


@given(uniform=UNIFORM)
def test_postcode_has_the_uk_shape(uniform: float) -> None:
    code = postcode("LS", uniform)

    assert re.fullmatch(r"LS[1-9][0-9]? [1-9][ABD-HJLNP-UW-Z]{2}", code)
    assert area_of(code) == "LS"


def test_area_of_no_postcode_is_empty() -> None:
    assert area_of("") == ""


@given(number=UNIFORM, street=UNIFORM)
def test_street_line_is_number_street_and_kind(number: float, street: float) -> None:
    assert re.fullmatch(r"[1-9][0-9]{0,2} [A-Z][a-z]+ [A-Z][a-z]+", street_line(number, street))


def test_neighbouring_uniforms_give_different_postcodes() -> None:
    codes = {postcode("M", value) for value in np.linspace(0.0, 0.999, 2_000).tolist()}

    assert len(codes) == 2_000
