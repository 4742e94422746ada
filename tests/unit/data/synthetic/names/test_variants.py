"""Nicknames, other spellings, feminine and double surnames."""

from __future__ import annotations

import pytest

from data.synthetic.names.tables import feminine, hyphenated, nicknames, spellings


def test_nicknames_go_both_ways() -> None:
    assert "Bill" in nicknames("William")
    assert "William" in nicknames("Bill")
    assert nicknames("Xyzzy") == ()


@pytest.mark.parametrize(
    ("name", "family", "other"),
    [
        ("Mohammed", "arabic", "Muhammad"),
        ("Hussain", "arabic", "Hussein"),
        ("Yousouf", "arabic", "Yusouf"),
        ("Wiśniewski", "slavic", "Wisniewski"),
        ("Wawrzyniak", "slavic", "Vawrzyniak"),
        ("Zhang", "chinese", "Chang"),
        ("Çelik", "latin", "Chelik"),
        ("Sharma", "indic", "Sarma"),
        ("Stephen", "", "Steven"),
    ],
)
def test_other_spellings_include_the_known_one(name: str, family: str, other: str) -> None:
    assert other in spellings(name, family)


def test_name_is_no_other_spelling_of_itself() -> None:
    assert "Mohammed" not in spellings("Mohammed", "arabic")
    assert spellings("Xyzzy", "") == ()


@pytest.mark.parametrize(
    ("surname", "origin", "form"),
    [
        ("Kowalski", "polish", "Kowalska"),
        ("Nowak", "polish", "Nowak"),
        ("Kowalski", "british", "Kowalski"),
    ],
)
def test_feminine_form_is_polish_only(surname: str, origin: str, form: str) -> None:
    assert feminine(surname, origin) == form


def test_double_surname_never_has_three_parts() -> None:
    assert hyphenated("Smith", "Jones") == "Smith-Jones"
    assert hyphenated("Smith-Jones", "Ash-Wood") == "Smith-Ash"
