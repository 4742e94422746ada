"""The calls that the child process answers: check a document, draw a page. Only the child imports
them.
"""

from collections.abc import Callable

from PIL import Image

from domain.applications.declarations import DocumentUse, UploadFault
from domain.errors import UploadRefusedError
from service.adapters.isolation.frames import Frame
from service.adapters.uploads.pdfs import is_pdf, page_picture, plain_pdf
from service.adapters.uploads.pictures import is_picture, redrawn, thumbnail


def prepare(_: str) -> None:
    """Import everything that a check imports."""
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


def _draw(call: Frame) -> Frame:
    (content,) = call.blobs
    page, width_px = int(call.header["page"]), int(call.header["width_px"])
    if is_picture(content):
        return Frame({"pages": 1}, (thumbnail(content, width_px),))
    drawn, pages = page_picture(content, page, width_px)
    return Frame({"pages": pages}, (drawn,))


TASKS: dict[str, Callable[[Frame], Frame]] = {"check": _check, "draw": _draw}
