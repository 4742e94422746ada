"""Settled forms as details and convictions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.conversion.content import (
    Coded,
    Codes,
    conviction_of,
    details_of_form,
    is_same_event,
    is_stated,
)
from domain.conversion.form import Form, FormField, Written
from domain.errors import InvalidInputError
from domain.people.convictions import Court, InformationSource, SentenceKind
from domain.people.people import PersonName, Sex

TODAY = date(2026, 3, 2)


def form(**texts: str) -> Form:
    said = {
        "surname": "Grey",
        "forenames": "Arthur John",
        "born_on": "?.3.1931",
        "sex": "M",
        "court": "Leeds Q.S.",
        "convicted_on": "4.5.61",
        "offence": "Larceny",
        "disposal": "6 months imprisonment",
    } | texts
    made = Form()
    for name, text in said.items():
        made = made.with_value(FormField(name.replace("_", "-")), Written(text))
    return made


def coded(**texts: str) -> Coded:
    return Coded(form(**texts), Codes("HC0003", "LA1916.2", "HD001"), SentenceKind.CUSTODY)


def test_details_keep_partial_dates_partial_and_aliases_behind_the_name() -> None:
    details = details_of_form(form(alias="Artie Green"))

    assert details.names == (
        PersonName("Arthur", "Grey", "John"),
        PersonName("Artie", "Green"),
    )
    assert [str(one) for one in details.dates_of_birth] == ["1931-03-XX"]
    assert details.sex is Sex.MALE


@pytest.mark.parametrize(
    ("given", "kept"), [("65656/91h", "065656/91H"), ("85227/65G", "85227/65G"), ("", None)]
)
def test_a_number_that_fails_its_check_is_kept_as_given(given: str, kept: str | None) -> None:
    numbers = details_of_form(form(cro_number=given)).cro_numbers

    assert numbers == (() if kept is None else (kept,))


def test_a_conviction_keeps_text_beside_code_and_says_its_source() -> None:
    conviction = conviction_of(coded(), recorded_on=TODAY)

    assert conviction.court == Court("Leeds Q.S.", "HC0003")
    assert conviction.decided_on == date(1961, 5, 4)
    assert conviction.offences[0].title == "Larceny"
    assert conviction.sanctions[0].words == "6 months imprisonment"
    assert conviction.source.kind is InformationSource.BACK_RECORD


def test_without_a_whole_day_no_conviction_is_stated() -> None:
    assert is_stated(form())
    assert not is_stated(form(convicted_on="5/1961"))
    assert not is_stated(form(court=""))
    with pytest.raises(ValueError, match="complete date"):
        conviction_of(coded(convicted_on="1961"), recorded_on=TODAY)


def test_days_in_an_impossible_order_are_refused() -> None:
    with pytest.raises(InvalidInputError):
        conviction_of(coded(committed_on="1.1.62"), recorded_on=TODAY)


def test_one_event_has_one_day_court_and_offence() -> None:
    one = conviction_of(coded(), recorded_on=TODAY)
    uncoded = conviction_of(Coded(form(), Codes()), recorded_on=TODAY)

    assert is_same_event(one, one)
    assert is_same_event(one, uncoded)
    assert not is_same_event(one, replace(one, decided_on=date(1961, 5, 5)))
    assert not is_same_event(one, replace(one, court=Court("Leeds Assizes", "HC0001")))
    receiving = replace(one.offences[0], national_code="LA1916.33", title="Receiving")
    assert not is_same_event(one, replace(one, offences=(receiving,)))
