"""PDFs of applicants: whatever acts in one is found, however it is hidden, in linear time."""

from __future__ import annotations

import io
import time

import pikepdf
import pytest

from domain.applications.declarations import UploadFault
from domain.errors import UploadRefusedError
from service.adapters.uploads.pdfs import plain_pdf
from tests.unit.service.adapters.uploads.pdf_files import PLAIN_PDF, hidden, packed, pdf

PROGRAM = b"<</S /JavaScript /JS (app.alert(1))>>"
_FLATE = b"/Filter /FlateDecode"
_TWICE = b"/Filter [/FlateDecode /FlateDecode]"
_PREDICTED = b"/Filter /FlateDecode /DecodeParms <</Predictor 12 /Columns 16>>"

ACTIVE = {
    "a program at the start": pdf(b"/OpenAction 4 0 R", PROGRAM),
    "a program by its name": pdf(b"/Names <</JavaScript <</Names [(a) 4 0 R]>>>>", PROGRAM),
    "a name with escapes": pdf(b"/OpenAction <</S /J#61va#53cript /J#53 (x)>>"),
    "packed objects": hidden(b"/OpenAction 4 0 R", [PROGRAM], words=_FLATE, times=1, up=False),
    "objects packed twice": hidden(
        b"/OpenAction 4 0 R", [PROGRAM], words=_TWICE, times=2, up=False
    ),
    "objects with a predictor": hidden(
        b"/OpenAction 4 0 R", [PROGRAM], words=_PREDICTED, times=1, up=True
    ),
    "a trigger of a page": pdf(b"", PROGRAM, page=b"/AA <</O 4 0 R>>"),
    "a launch": pdf(b"/OpenAction <</S /Launch /F (cmd.exe)>>"),
    "a launch behind a place": pdf(
        b"/OpenAction <</S /GoTo /D [3 0 R /Fit] /Next [<</S /Launch /F (cmd.exe)>>]>>"
    ),
    "an address that opens by itself": pdf(b"/OpenAction <</S /URI /URI (http://x.example/)>>"),
    "a form that is sent": pdf(b"", page=b"/Annots [<</Subtype /Widget /A <</S /SubmitForm>>>>]"),
    "an unknown action": pdf(b"", page=b"/Annots [<</Subtype /Link /A <</S /Unheard>>>>]"),
    "a form of XFA": pdf(b"/AcroForm <</Fields [] /XFA 4 0 R>>", packed(b"<xdp/>")),
    "a file inside": pdf(
        b"/Names <</EmbeddedFiles <</Names [(a) <</Type /Filespec /EF <</F 4 0 R>>>>]>>>>",
        packed(b"MZ", b"/Type /EmbeddedFile /Filter /FlateDecode"),
    ),
    "a file by a note": pdf(b"", page=b"/Annots [<</Subtype /FileAttachment>>]"),
    "a film": pdf(b"", page=b"/Annots [<</Subtype /RichMedia /RichMediaContent <<>>>>]"),
    "a portfolio": pdf(b"/Collection <<>>"),
    "content of another file": pdf(
        b"", packed(b"", b"/F (//server/share)"), page=b"/Contents 4 0 R"
    ),
    "one dictionary as fonts and as an action": pdf(
        b"/OpenAction 4 0 R", PROGRAM, page=b"/Resources <</Font 4 0 R>>"
    ),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_what_acts_is_refused_however_it_is_hidden(name: str) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        plain_pdf(ACTIVE[name])

    assert refused.value.detail == UploadFault.ACTIVE_PDF.value


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_locked_pdf_is_refused(password: str) -> None:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(PLAIN_PDF)) as plain:
        plain.save(buffer, encryption=pikepdf.Encryption(owner="owner", user=password))

    with pytest.raises(UploadRefusedError) as refused:
        plain_pdf(buffer.getvalue())

    assert refused.value.detail == UploadFault.LOCKED_PDF.value


PLAIN = {
    "a page": PLAIN_PDF,
    "packed pages": hidden(b"", [], words=_FLATE, times=1, up=False),
    "a first page to open": pdf(b"/OpenAction [3 0 R /XYZ null null 0]"),
    "an address to click": pdf(
        b"", page=b"/Annots [<</Subtype /Link /A <</S /URI /URI (https://x.example/)>>>>]"
    ),
    "a font that is called as a program is": pdf(b"", page=b"/Resources <</Font <</JS null>>>>"),
    "paragraphs": pdf(b"/StructTreeRoot <</K [<</S /P /A <</O /Layout>>>>]>>"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_pages_are_kept(name: str) -> None:
    kept = plain_pdf(PLAIN[name])

    with pikepdf.open(io.BytesIO(kept)) as read:
        assert len(read.pages) == 1
    assert plain_pdf(kept) == kept


def test_what_belongs_to_no_page_is_left_behind() -> None:
    kept = plain_pdf(pdf(b"", PROGRAM, b"(words of an earlier version)"))

    assert b"JavaScript" not in kept
    assert b"earlier" not in kept


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%%EOF\n", pdf()[:60] + b"\n%%EOF\n"])
def test_a_pdf_without_pages_is_damaged(data: bytes) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        plain_pdf(data)

    assert refused.value.detail == UploadFault.DAMAGED.value


@pytest.mark.parametrize("kind", ["many streams that begin", "many names", "many objects"])
def test_a_document_of_nine_megabytes_takes_a_second(kind: str) -> None:
    filling = {
        "many streams that begin": b"stream\n" * 1_300_000,
        "many names": b"/A" * 4_600_000,
        "many objects": b"<<>>" * 2_300_000,
    }[kind]
    data = pdf(b"", packed(filling, b"", times=0), page=b"/Contents 4 0 R")

    begun = time.process_time()
    plain_pdf(data)

    assert len(data) > 9_000_000
    assert time.process_time() - begun < 1.0
