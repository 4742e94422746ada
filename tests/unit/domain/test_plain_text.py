"""Texts are compared as people read them."""

from __future__ import annotations

import unicodedata

import pytest

from domain.conversion.form import Written
from domain.countries import country_code
from domain.people.claims import new_claims
from domain.people.items import numbered_items
from domain.people.people import Details, PersonName
from domain.plain_text import folded


@pytest.mark.parametrize("text", ["Curaçao", "Zoë Łódź", "STRASSE Straße", "İstanbul", "각"])
def test_the_form_of_accents_and_the_letter_case_do_not_count(text: str) -> None:
    composed, parted = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    assert folded(composed) == folded(parted) == folded(folded(parted))
    assert folded("ß") == folded("SS")
    assert folded("e") != folded("é")


def test_a_name_with_parted_accents_is_no_second_name() -> None:
    """Some systems and keyboards write one accented letter as two characters."""
    held, told = (
        Details(names=(PersonName(unicodedata.normalize(form, "Zoë"), "Lee"),))
        for form in ("NFC", "NFD")
    )

    assert not new_claims(numbered_items(held, ()), told)


def test_two_keyings_with_other_accents_agree() -> None:
    first, second = (Written(unicodedata.normalize(form, "Zoë")) for form in ("NFC", "NFD"))

    assert first.match_form == second.match_form


def test_a_country_is_found_by_its_name_with_parted_accents() -> None:
    assert country_code(unicodedata.normalize("NFD", "CURAÇAO")) == "CUW"
