from __future__ import annotations

import pytest

from matching.names.likeness import groups_of, variants_of
from matching.names.text import sound


@pytest.mark.parametrize(
    ("one", "other"), [("BILL", "WILLIAM"), ("LIZ", "ELIZABETH"), ("MOHAMMED", "MUHAMMAD")]
)
def test_short_forms_go_both_ways(one: str, other: str) -> None:
    assert other in variants_of(one)
    assert one in variants_of(other)


def test_nobody_is_a_variant_of_themselves() -> None:
    assert "JOHN" not in variants_of("JOHN")


def test_a_rare_name_has_no_group_and_no_variants() -> None:
    assert groups_of("ZYXW") == ()
    assert variants_of("ZYXW") == frozenset()


def test_two_names_of_a_short_form_are_not_variants_of_each_other() -> None:
    assert "ALEXANDRA" not in variants_of("ALEXANDER")


def test_sound_is_the_same_for_names_that_sound_alike() -> None:
    assert sound("SMITH") == sound("SMYTH")
    assert sound("CATHERINE") == sound("KATHERINE")


def test_a_word_without_letters_has_no_sound() -> None:
    assert sound("") == ""
    assert sound("123") == ""
