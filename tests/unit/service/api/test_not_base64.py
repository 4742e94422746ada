"""Text that is not base64 is refused wherever bytes travel as base64."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import Mock

import pytest

from domain.errors import LinkingError
from service.api.applications.applications import unpacked
from service.api.conversion.frames import FrameBody
from service.api.people.travelling import Encoding, TemplateBody, decode_image, decode_record
from tests.formats import FORMAT


def _frame(text: str) -> object:
    return FrameBody(lot_id="a", number=1, picture=text).image()


def _template(text: str) -> TemplateBody:
    return TemplateBody(format=FORMAT.label, encoding=Encoding.F16, data=text)


READERS: dict[str, Callable[[str], object]] = {
    "frame": _frame,
    "document": unpacked,
    "image": lambda text: decode_image(text, None, Mock()),
    "minutiae": decode_record,
    "template": lambda text: _template(text).values(FORMAT.template),
}


@pytest.mark.parametrize("text", ["!!!!", "a", "=", "YQ==YQ==", "\x8a\n\xa2R\x10", "\u202e", "é"])
@pytest.mark.parametrize("reader", READERS)
def test_text_that_is_not_base64_is_refused(reader: str, text: str) -> None:
    with pytest.raises(LinkingError):
        READERS[reader](text)
