"""Titles of the agreements and laws on which requests are based."""

from __future__ import annotations

import re

from domain.applications.forms import FORMS
from rules.data_files import legal_bases, title_of_basis

_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


def test_every_law_has_a_code_and_a_title_of_its_own() -> None:
    bases = legal_bases()

    assert all(_CODE.fullmatch(code) for code in bases)
    assert len(set(bases.values())) == len(bases)
    assert all(len(title.split()) > 2 for title in bases.values())


def test_a_basis_that_is_not_on_the_list_is_shown_as_it_was_sent() -> None:
    assert title_of_basis("eufra-2020") == "European Union (Future Relationship) Act 2020"
    assert title_of_basis("treaty-of-1888") == "treaty-of-1888"


def test_the_laws_that_applications_are_based_on_have_titles() -> None:
    named = {form.legal_basis for form in FORMS.values()} - {"", "own-request"}

    assert named <= legal_bases().keys()
