"""Answers to a person as PDF, whatever letters their name has."""

from __future__ import annotations

import re
from datetime import date

import pypdfium2
import pytest

from service.adapters.documents.typesetting import _in_latin, own_data_pdf
from service.usecases.requests.own_answers import OwnDocument


def answer(name: str) -> OwnDocument:
    fields = (("Name", name), ("Town", "Łódź"))
    return OwnDocument("0f3a", date(2026, 12, 2), "We hold this.", (("Names", fields),))


@pytest.mark.parametrize("name", ["李明", "김민준", "ジョン", "😀"])
def test_a_name_in_letters_that_no_font_has_is_answered(name: str) -> None:
    pdf = own_data_pdf(answer(name))

    assert pdf.startswith(b"%PDF-")
    assert pdf != own_data_pdf(answer(_in_latin(name))), "the document says that it transliterated"


def test_the_day_of_an_answer_is_written_as_people_write_it() -> None:
    page = pypdfium2.PdfDocument(own_data_pdf(answer("Zoë")))[0]

    text = page.get_textpage().get_text_range()

    assert "2 December 2026" in text
    assert re.search(r"\d{4}-\d{2}-\d{2}", text) is None


def test_only_texts_beyond_latin_are_transliterated() -> None:
    assert _in_latin({"a": ["Zoë Łódź", 3], "b": "李明"}) == {"a": ["Zoë Łódź", 3], "b": "LiMing"}
