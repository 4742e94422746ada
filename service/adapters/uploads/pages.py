"""Pages of kept PDFs as pictures, so that no officer opens one. Runs in the child process."""

from __future__ import annotations

import pypdfium2

from domain.applications.answers import UploadFault
from domain.errors import UploadRefusedError
from service.adapters.uploads.pictures import jpeg

_LARGEST_SCALE = 6.0
"""Pixels for each point of a page: a page of a postage stamp is not drawn as a poster."""


def page_picture(content: bytes, page: int, width_px: int) -> tuple[bytes, int]:
    """Return a page, counted from 1, as a JPEG at most so wide, and how many pages there are.

    Forms and notes are not drawn, only the page. Raises UploadRefusedError.
    """
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
        shown = document[min(max(page, 1), pages) - 1]
        width, height = shown.get_size()
        # A page may be a strip: neither side makes the picture larger than a sheet.
        scale = min(width_px / max(width, 1.0), 2 * width_px / max(height, 1.0), _LARGEST_SCALE)
        drawn = shown.render(scale=scale, may_draw_forms=False, draw_annots=False)
        return jpeg(drawn.to_pil().convert("RGB")), pages
    except (pypdfium2.PdfiumError, ValueError):
        raise UploadRefusedError(UploadFault.DAMAGED) from None
