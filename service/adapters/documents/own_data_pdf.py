"""Answers to requests for a person's own data as PDF, made with typst and tagged to PDF/UA-1.

The file contains only the stored wording of the answer. It has no author, attachment, signature or
code. The same document gives the same bytes.
"""

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.errors import PdfNotInstalledError
from service.usecases.requests.own_answers import OwnDocument, document_json

_TEMPLATE = Path(__file__).with_name("own_data.typ")


def own_data_pdf(document: OwnDocument) -> bytes:
    """Return a document as PDF. Raises PdfNotInstalledError without the extra `documents`."""
    try:
        import typst  # noqa: PLC0415 - an extra: only documents need it
    except ImportError as error:
        raise PdfNotInstalledError(
            "Answers as PDF need the package typst: install identlink[documents]."
        ) from error
    day = datetime(document.on.year, document.on.month, document.on.day, tzinfo=UTC)
    return bytes(
        typst.compile(
            _TEMPLATE.read_bytes(),
            sys_inputs={"document": json.dumps(_straight(document_json(document)))},
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            timestamp=int(day.timestamp()),
        )
    )


def _straight(value: Any) -> Any:
    """Return JSON values without control characters, which could reverse the words after them."""
    if isinstance(value, str):
        return "".join(" " if unicodedata.category(one) in _TURNING else one for one in value)
    if isinstance(value, dict):
        return {name: _straight(one) for name, one in value.items()}
    return [_straight(one) for one in value]


_TURNING = {"Cc", "Cf"}
