"""PDFs made with typst, tagged to PDF/UA-1; and the answers to requests for a person's own data.

The file of an answer contains only its stored wording: no author, attachment, signature or code.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal

from anyascii import anyascii

from domain.errors import PdfNotInstalledError
from service.usecases.requests.own_answers import OwnDocument, document_json

_TURNING = {"Cc", "Cf"}

LETTERS = (
    "Some words are written here in Latin letters, because this document has no others for them."
    " They are held in their own letters."
)
"""What a document says whose texts are transliterated."""

_BEYOND_LATIN = "\u0250"
"""The first letter after those of Latin scripts that every font here has."""


def typeset(
    template: str,
    inputs: Mapping[str, str],
    at: datetime,
    *,
    standards: Sequence[Literal["a-3a", "ua-1"]] = ("ua-1",),
    fonts: Sequence[Path] = (),
) -> bytes:
    """Return a PDF; the same content and time give the same bytes. Raises PdfNotInstalledError.

    The content is passed as data, so nothing in a name or a reason is treated as markup, and
    nothing is written to disk. Raises RuntimeError for a letter that no font has.
    """
    try:
        import typst  # noqa: PLC0415 - an extra: only documents need it
    except ImportError as error:
        raise PdfNotInstalledError(
            "Documents as PDF need the package typst: install identlink[documents]."
        ) from error
    compile_: Any = typst.compile  # its types take fonts only as bytes beside such a template
    return bytes(
        compile_(
            Path(__file__).with_name(template).read_bytes(),
            sys_inputs=dict(inputs),
            pdf_standards=list(standards),
            font_paths=list(fonts),
            ignore_system_fonts=True,
            timestamp=int(at.timestamp()),
        )
    )


def typeset_in_known_letters(
    template: str, name: str, content: Mapping[str, Any], at: datetime
) -> bytes:
    """Return a PDF of content that the template reads as JSON by this name.

    If no font has one of its letters, texts beyond Latin are transliterated, and `letters` says
    so. Raises PdfNotInstalledError.
    """
    try:
        return typeset(template, {name: json.dumps(content)}, at)
    except RuntimeError as error:
        # typst refuses a letter that no font has, instead of printing a box in its place.
        if "font" not in str(error):
            raise
    told = {**_in_latin(content), "letters": LETTERS}
    return typeset(template, {name: json.dumps(told)}, at)


def _in_latin(value: Any) -> Any:
    if isinstance(value, str):
        return value if max(value, default="") < _BEYOND_LATIN else anyascii(value)
    if isinstance(value, Mapping):
        return {name: _in_latin(one) for name, one in value.items()}
    return [_in_latin(one) for one in value] if isinstance(value, list) else value


def own_data_pdf(document: OwnDocument) -> bytes:
    """Return an answer as PDF. Raises PdfNotInstalledError without the extra `documents`."""
    content = _straight({**document_json(document), "date": f"{document.on:%-d %B %Y}"})
    at = datetime.combine(document.on, time(), UTC)
    return typeset_in_known_letters("own_data.typ", "document", content, at)


def _straight(value: Any) -> Any:
    """Return JSON values without control characters, which could reverse the words after them."""
    if isinstance(value, str):
        return "".join(" " if unicodedata.category(one) in _TURNING else one for one in value)
    if isinstance(value, dict):
        return {name: _straight(one) for name, one in value.items()}
    return [_straight(one) for one in value]
