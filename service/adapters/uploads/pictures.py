"""Pictures of applicants, recognised by their content and drawn again. Runs in the child process.

Only the pixels are kept. Comments, locations, thumbnails and any data after the end of the picture
are dropped.
"""

import io
import warnings

from PIL import Image, ImageOps

from domain.applications.declarations import DocumentUse, UploadFault
from domain.errors import UploadRefusedError

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 40_000_000
"""The camera of a phone takes about 12 to 25 million in its usual setting."""
_SHORTEST_SIDE_PX = {DocumentUse.PORTRAIT: 300, DocumentUse.PAPER: 200}
_LONGEST_SIDE_PX = 4_000
_QUALITY = 90
_OF_OTHERS = (b"%pdf-", b"pk\x03\x04", b"<script", b"<html", b"<svg", b"<?php")
_ARCHIVE_END = b"PK\x05\x06"
_SUFFIX_BYTES = 65_536 + 22
"""The directory of a ZIP archive begins at most this far before the end."""


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin like a JPEG or PNG file."""
    return data.startswith((_JPEG, _PNG))


def redrawn(data: bytes, use: DocumentUse) -> bytes:
    """Return a picture, upright, as a JPEG with only its pixels. Raises UploadRefusedError."""
    if _is_mixed(data):
        raise UploadRefusedError(UploadFault.MIXED)
    picture = _opened(data)
    _check_size(picture, use)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            plain = _on_white(upright)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise UploadRefusedError(UploadFault.DAMAGED) from None
    plain.thumbnail((_LONGEST_SIDE_PX, _LONGEST_SIDE_PX))
    # The library writes the comment that it read, unless the comment is deleted first.
    plain.info.clear()
    return jpeg(plain)


def thumbnail(content: bytes, width_px: int) -> bytes:
    """Return a stored picture as a JPEG of at most this width, and at most twice as high."""
    picture = _opened(content).convert("RGB")
    picture.thumbnail((width_px, 2 * width_px))
    return jpeg(picture)


def jpeg(picture: Image.Image) -> bytes:
    """Return a picture as a JPEG."""
    kept = io.BytesIO()
    picture.save(kept, format="JPEG", quality=_QUALITY)
    return kept.getvalue()


def _is_mixed(data: bytes) -> bool:
    """Whether another type of file begins near the start of the picture or follows its end."""
    if _ARCHIVE_END in data[-_SUFFIX_BYTES:]:
        return True
    start, behind = data[:2_048].lower(), _behind_the_picture(data).lower()
    return any(mark in start or mark in behind for mark in _OF_OTHERS)


def _behind_the_picture(data: bytes) -> bytes:
    """Return the bytes after a picture's last end marker, where cameras may put more pictures."""
    mark = b"IEND" if data.startswith(_PNG) else b"\xff\xd9"
    end = data.rfind(mark)
    return data[end:] if end >= 0 else b""


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # The size is checked below, before anything is unpacked.
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
    except Image.DecompressionBombError:
        raise UploadRefusedError(UploadFault.TOO_MANY_PIXELS) from None
    except (OSError, ValueError, SyntaxError):
        raise UploadRefusedError(UploadFault.DAMAGED) from None


def _check_size(picture: Image.Image, use: DocumentUse) -> None:
    width_px, height_px = picture.size
    if width_px * height_px > MOST_PIXELS:
        raise UploadRefusedError(UploadFault.TOO_MANY_PIXELS)
    if min(width_px, height_px) < _SHORTEST_SIDE_PX[use]:
        raise UploadRefusedError(UploadFault.TOO_FEW_PIXELS)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "P", "PA"}:
        layer = picture.convert("RGBA")
        sheet = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(sheet, layer).convert("RGB")
    return picture.convert("RGB")
