"""Slips of typing, hearing and scanning."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.counters import Draws
from data.synthetic.mistakes import typo, wrong_digit

NAMES = st.sampled_from(["Thompson", "Mcdonald", "O'Brien", "Łukasz", "Philips", "Al-Masri", "Ng"])
UNIFORMS = st.lists(st.floats(0.0, 0.999), min_size=6, max_size=6)


@given(name=NAMES, values=UNIFORMS)
def test_typo_is_one_small_slip(name: str, values: list[float]) -> None:
    slipped = typo(name, Draws(values))

    assert abs(len(slipped) - len(name)) <= 2
    assert slipped


def test_typos_are_of_many_kinds_and_nearly_always_change_something() -> None:
    grid = [step / 40 for step in range(40)]
    slips = [typo("Thompson", Draws([kind, place, 0.3])) for kind in grid for place in grid]

    assert len(set(slips)) > 30
    assert sum(slip == "Thompson" for slip in slips) / len(slips) < 0.02


def test_short_text_is_left_alone() -> None:
    assert typo("", Draws([])) == ""
    assert typo("X", Draws([])) == "X"


def test_name_in_title_case_stays_so() -> None:
    assert typo("Smith", Draws([0.5, 0.0, 0.0])).istitle()


@given(values=UNIFORMS)
def test_wrong_digit_changes_exactly_one_digit(values: list[float]) -> None:
    before = "2001/0171310S"

    after = wrong_digit(before, Draws(values))

    differing = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(differing) == 1
    assert differing[0][0].isdigit()
    assert differing[0][1].isdigit()


def test_text_without_digits_has_none_to_get_wrong() -> None:
    assert wrong_digit("none", Draws([])) == "none"
