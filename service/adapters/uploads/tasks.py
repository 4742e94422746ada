"""The call that the child process answers: a document is checked. Imported in the child alone."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from domain.applications.declarations import DocumentUse
from domain.applications.faults import UploadFault
from domain.errors import UploadRefusedError
from service.adapters.isolation.frames import Frame
from service.adapters.uploads.pdfs import is_pdf, plain_pdf
from service.adapters.uploads.pictures import is_picture, redrawn


def prepare(_: str) -> None:
    """Import all that a check imports on its way."""
    Image.init()


def _check(call: Frame) -> Frame:
    (data,) = call.blobs
    use = DocumentUse(call.header["use"])
    if is_picture(data):
        return Frame({"media_type": "image/jpeg"}, (redrawn(data, use),))
    if use is DocumentUse.PORTRAIT:
        raise UploadRefusedError(UploadFault.NOT_A_PICTURE)
    if not is_pdf(data):
        raise UploadRefusedError(UploadFault.NOT_A_DOCUMENT)
    return Frame({"media_type": "application/pdf"}, (plain_pdf(data),))


TASKS: dict[str, Callable[[Frame], Frame]] = {"check": _check}
