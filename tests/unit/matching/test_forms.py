from __future__ import annotations

import pytest

from domain.people.people import Address, PartialDate
from matching.forms import cro_keys, date_numbers, pnc_keys, postcode_forms


def test_dates_are_numbers_with_zero_for_unknown_parts() -> None:
    dates = (PartialDate(1980, 2, 3), PartialDate(1980), PartialDate(None, 2, 3))
    assert date_numbers(dates) == (19800203, 19800000, 203)


@pytest.mark.parametrize("text", ["1900-01-01", "1970-01-01"])
def test_placeholder_dates_are_missing(text: str) -> None:
    assert date_numbers((PartialDate.parse(text),)) == ()


def test_a_wholly_unknown_date_is_missing() -> None:
    assert date_numbers((PartialDate(),)) == ()


def test_a_date_given_twice_counts_once() -> None:
    assert date_numbers((PartialDate(1980, 2, 3),) * 2) == (19800203,)


@pytest.mark.parametrize("postcode", ["ls1 4ab", "LS14AB", " LS1  4AB "])
def test_postcodes_are_compared_without_spaces_and_case(postcode: str) -> None:
    (form,) = postcode_forms((Address("1 Road", "Leeds", postcode),))
    assert (form.whole, form.outcode) == ("LS14AB", "LS1")


@pytest.mark.parametrize(
    ("line", "postcode"),
    [
        ("No fixed abode", "LS1 4AB"),
        ("HMP Leeds", "LS12 2TJ"),
        ("Police Station, High St", "LS1 4AB"),
        ("1 Road", "ZZ99 3VZ"),
        ("1 Road", "NF1 1NF"),
        ("1 Road", "UNKNOWN"),
        ("1 Road", ""),
    ],
)
def test_what_is_nobodys_home_is_left_out(line: str, postcode: str) -> None:
    assert postcode_forms((Address(line, "Leeds", postcode),)) == ()


def test_pnc_ids_are_the_same_in_every_form_and_invalid_ones_are_left_out() -> None:
    assert pnc_keys(("02/73319Z", "2002/0073319Z", "2001/0171310S")) == ("02/0073319Z",)


def test_cro_numbers_are_canonical_and_invalid_ones_are_left_out() -> None:
    assert cro_keys(("65656/91H", "SF05/482703J", "85227/65G", "000000/00Z")) == (
        "065656/91H",
        "SF05/482703J",
    )


@pytest.mark.parametrize(
    ("line", "is_home"),
    [
        ("N.F.A.", False),
        ("H.M.P. Leeds", False),
        ("hm  prison leeds", False),
        ("No  Fixed   Abode", False),
        ("c/o Custody-Suite", False),
        ("ＮＦＡ", False),  # noqa: RUF001 - full-width letters are what this is about
        ("12 Ashmore Road", True),
        ("Fixedale, 3 Policeman's Row", True),
        ("St. Mary's Road", True),
        ("Müllerstraße 3", True),
    ],
)
def test_a_line_is_read_in_match_form_before_it_is_called_no_home(line, is_home) -> None:
    assert bool(postcode_forms((Address(line, "Leeds", "LS1 4AB"),))) is is_home
