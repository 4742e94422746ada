"""Documents of applicants, checked in a child process, and kept or refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image, PngImagePlugin

from domain.applications.declarations import DocumentUse, UploadFault
from domain.errors import UploadRefusedError, UploadsBusyError
from service.adapters.isolation.frames import Limits
from service.adapters.uploads.checking import IsolatedPages, IsolatedUploads
from service.ports.uploads import MOST_BYTES
from tests.unit.service.adapters.uploads.pdf_files import PLAIN_PDF

PAPER, PORTRAIT = DocumentUse.PAPER, DocumentUse.PORTRAIT


@pytest.fixture(scope="module")
def checker() -> Iterator[IsolatedUploads]:
    checker = IsolatedUploads()
    yield checker
    checker.close()


def _picture(kind: str, size: tuple[int, int] = (400, 500), **saved: object) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(buffer, kind, **saved)
    return buffer.getvalue()


def _archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(20_000_000))
    return buffer.getvalue()


def _png_head(width_px: int, height_px: int) -> bytes:
    """Return a PNG that says that it is large, with a few bytes of pixels."""
    head = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("use", [PAPER, PORTRAIT])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_kept_as_its_pixels_alone(
    checker: IsolatedUploads, use: DocumentUse, kind: str
) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "SECRET")
    saved = {"pnginfo": words} if kind == "PNG" else {"comment": b"SECRET"}
    data = _picture(kind, **saved)

    kept = checker.check(data, use)

    assert b"SECRET" in data
    assert b"SECRET" not in kept.content
    assert kept.media_type == "image/jpeg"
    assert Image.open(io.BytesIO(kept.content)).size == (400, 500)


def test_a_picture_is_kept_upright(checker: IsolatedUploads) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = _picture("JPEG", (600, 400), exif=exif)

    kept = Image.open(io.BytesIO(checker.check(data, PAPER).content))

    assert kept.size == (400, 600)
    assert not kept.getexif()


def test_a_picture_that_the_camera_put_another_behind_is_taken(checker: IsolatedUploads) -> None:
    data = _picture("JPEG") + _picture("JPEG", (320, 320))

    assert checker.check(data, PAPER).media_type == "image/jpeg"


REFUSED = {
    "nothing": (b"", PAPER, UploadFault.EMPTY),
    "too large": (b"\xff\xd8\xff" + bytes(MOST_BYTES), PAPER, UploadFault.TOO_LARGE),
    "words": (b"hello", PAPER, UploadFault.NOT_A_DOCUMENT),
    "a page": (b"<html><script>alert(1)</script>", PAPER, UploadFault.NOT_A_DOCUMENT),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PAPER, UploadFault.NOT_A_DOCUMENT),
    "an animation": (_picture("GIF"), PAPER, UploadFault.NOT_A_DOCUMENT),
    "a zip bomb": (_archive(), PAPER, UploadFault.NOT_A_DOCUMENT),
    "a PDF as portrait": (PLAIN_PDF, PORTRAIT, UploadFault.NOT_A_PICTURE),
    "a program as portrait": (b"\x7fELF" + bytes(100), PORTRAIT, UploadFault.NOT_A_PICTURE),
    "a stamp": (_picture("JPEG", (100, 100)), PAPER, UploadFault.TOO_FEW_PIXELS),
    "a small portrait": (_picture("JPEG", (250, 400)), PORTRAIT, UploadFault.TOO_FEW_PIXELS),
    "a huge picture": (_png_head(30_000, 30_000), PAPER, UploadFault.TOO_MANY_PIXELS),
    "half a picture": (_picture("PNG")[:300], PAPER, UploadFault.DAMAGED),
    "few pixels of many": (_png_head(3_000, 3_000), PAPER, UploadFault.DAMAGED),
    "a picture and an archive": (_picture("JPEG") + _archive(), PAPER, UploadFault.MIXED),
    "a picture and a PDF": (_picture("PNG") + PLAIN_PDF, PAPER, UploadFault.MIXED),
    "a picture and a page": (_picture("JPEG") + b"<script>x</script>", PAPER, UploadFault.MIXED),
    "a PDF behind words": (b"words\n" + PLAIN_PDF, PAPER, UploadFault.NOT_A_DOCUMENT),
    "a PDF and an archive": (PLAIN_PDF + _archive(), PAPER, UploadFault.MIXED),
    "half a PDF": (PLAIN_PDF[:40], PAPER, UploadFault.DAMAGED),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_that_is_no_plain_one_is_refused_with_the_reason(
    checker: IsolatedUploads, name: str
) -> None:
    data, use, fault = REFUSED[name]

    with pytest.raises(UploadRefusedError) as refused:
        checker.check(data, use)

    assert refused.value.detail == fault.value


def test_a_costly_document_ends_the_process_and_the_next_gets_another() -> None:
    checker = IsolatedUploads(Limits(processor_s=0.001, address_space_mb=1_024))
    try:
        with pytest.raises(UploadRefusedError) as refused:
            checker.check(_picture("JPEG", (4_000, 5_000)), PAPER)
    finally:
        checker.close()

    assert refused.value.detail == UploadFault.TOO_COSTLY.value


def test_a_document_that_waits_for_a_busy_machine_is_no_unreadable_one() -> None:
    checker = IsolatedUploads(Limits(patience_s=0.0, processor_s=6.0, address_space_mb=1_024))
    try:
        with pytest.raises(UploadsBusyError):
            checker.check(_picture("JPEG"), PAPER)
    finally:
        checker.close()


@pytest.mark.parametrize("content", [PLAIN_PDF, _picture("JPEG", (900, 1_200))])
def test_a_page_is_drawn_as_wide_as_asked(content: bytes) -> None:
    drawer = IsolatedPages()

    drawn = drawer.draw(content, 9, 320)
    drawer.close()

    with Image.open(io.BytesIO(drawn.content)) as picture:
        assert (picture.format, drawn.pages) == ("JPEG", 1)
        assert max(picture.width, picture.height / 2) == pytest.approx(320, abs=1)


def test_a_page_that_cannot_be_drawn_is_refused() -> None:
    drawer = IsolatedPages()

    with pytest.raises(UploadRefusedError):
        drawer.draw(PLAIN_PDF[:40], 1, 320)
    drawer.close()
