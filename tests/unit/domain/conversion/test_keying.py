"""Two keyings compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversion.form import (
    CLASS_OF,
    CODED,
    DATES,
    Form,
    FormField,
    FrameFault,
    Keying,
    Written,
    differing,
    disagreement,
    overruled,
)
from domain.errors import InvalidInputError

FORMS = st.builds(
    Form,
    st.tuples(*(st.builds(Written, st.text(max_size=8)) for _ in FormField)),
)


def with_surname(text: str) -> Form:
    return Form().with_value(FormField.SURNAME, Written(text))


def test_spaces_and_capitals_are_no_difference() -> None:
    assert differing(with_surname("Van  Dyke "), with_surname("VAN DYKE")) == ()
    assert differing(with_surname("Gray"), with_surname("Grey")) == (FormField.SURNAME,)


def test_an_illegible_field_differs_from_one_that_was_read_and_from_an_empty_one() -> None:
    illegible = Form().with_value(FormField.SURNAME, Written(is_illegible=True))

    assert differing(illegible, Form()) == (FormField.SURNAME,)
    assert differing(illegible, with_surname("Grey")) == (FormField.SURNAME,)
    assert differing(illegible, illegible) == ()


@given(FORMS, FORMS)
def test_differences_do_not_depend_on_the_order(one: Form, other: Form) -> None:
    assert differing(one, other) == differing(other, one)
    assert differing(one, one) == ()


@given(FORMS, FORMS)
def test_a_keying_is_overruled_exactly_where_it_differs(one: Form, other: Form) -> None:
    assert overruled(Keying(one), Keying(other)) == differing(one, other)


def test_two_keyers_who_state_the_same_fault_have_nothing_to_settle() -> None:
    one = Keying(with_surname("Grey"), FrameFault.TWO_SHEETS)
    other = Keying(Form(), FrameFault.TWO_SHEETS)

    assert disagreement(one, other).is_none
    assert not disagreement(one, Keying(Form())).is_none
    assert overruled(one, other) == ()


def test_every_field_has_a_class_and_special_ones_are_fields() -> None:
    assert set(CLASS_OF) == set(FormField)
    assert set(CODED) | DATES < set(FormField)


@pytest.mark.parametrize("text", ["x" * 201])
def test_a_text_that_is_too_long_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        Written(text)


def test_a_field_is_not_read_and_illegible() -> None:
    with pytest.raises(InvalidInputError):
        Written("Grey", is_illegible=True)


def test_a_form_has_twelve_fields() -> None:
    with pytest.raises(InvalidInputError):
        Form((Written(),))
