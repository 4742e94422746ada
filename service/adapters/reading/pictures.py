"""Single images: PNG, TIFF, BMP, JPEG 2000, JPEG, WSQ and raw pixels. Runs in the child process.

The size is read from the header and checked before any pixel is decoded. If a format has
checksums, they are checked; only PNG has them.
"""

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from domain.arrays import UInt8s
from domain.errors import UnreadablePrintError
from service.adapters.reading.checksums import check_png, check_wsq
from service.ports.print_reading import (
    LARGEST_IMAGE_BYTES,
    LARGEST_SIDE_PX,
    LEAST_PPI,
    MOST_PPI,
    NOMINAL_PPI,
    ReadPrint,
    Stated,
)

PNG = b"\x89PNG\r\n\x1a\n"
JPEG_2000 = (b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
JPEG = b"\xff\xd8\xff"
WSQ = b"\xff\xa0"
TIFF = (b"II*\x00", b"MM\x00*")
BMP = b"BM"

_PILLOW: dict[str, bytes | tuple[bytes, ...]] = {
    "PNG": PNG,
    "JPEG": JPEG,
    "JPEG2000": JPEG_2000,
    "TIFF": TIFF,
    "BMP": BMP,
}
"""Formats by their names in Pillow, with their first bytes."""

_DAMAGED = "The image is damaged: export it again."
_GREY_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}
_OTHER_COLOURS = {"CMYK", "YCbCr", "LAB", "HSV"}
_SIXTEEN_BITS = {"I;16", "I;16L", "I;16B"}
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_ORIENTATION = 0x0112
_AS_STATED = 1
_TURNED = "The picture was turned as the camera states (EXIF orientation)."
_MIRRORED = (
    "The picture was mirrored as its file states (EXIF orientation): check that it was not "
    "already the right way round."
)
_ORIENTATIONS = {3: _TURNED, 6: _TURNED, 8: _TURNED} | dict.fromkeys((2, 4, 5, 7), _MIRRORED)
_SEEN_THROUGH = "The picture is partly transparent: what shows through was taken as white."
_BLACK_AND_WHITE = (
    "The picture has only black and white, no greys: minutiae may be lost. Send it with greys."
)
_REDUCED = "The picture has 16 bits per pixel: the upper 8 of the bits that it uses were read."
_WSQ_PPI = re.compile(rb"\nPPI (\d{1,4})(?:\.0+)?\n")


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A decoded image."""

    pixels: UInt8s
    """uint8 (h, w)."""
    ppi: int | None
    is_comment: bool = False
    """Whether the resolution is from a comment. The sender's statement then takes precedence."""
    remarks: tuple[str, ...] = ()


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin like an image in a supported format."""
    return data.startswith((PNG, *JPEG_2000, JPEG, WSQ, *TIFF, BMP))


def read_picture(data: bytes, stated: Stated) -> ReadPrint:
    """Return the print of a single image, or of raw pixels in the stated size.

    Raises UnreadablePrintError, also if the image and its sender state different resolutions.
    """
    decoded = decode_picture(data) if is_picture(data) else _raw(data, stated)
    ppi, remarks = agreed_ppi(decoded, stated.ppi)
    return ReadPrint(
        decoded.pixels,
        ppi=ppi or NOMINAL_PPI,
        is_ppi_stated=ppi is not None,
        scanned_ppi=ppi or NOMINAL_PPI,
        remarks=remarks,
    )


def decode_picture(data: bytes) -> Decoded:
    """Return the pixels of an image in grey. Raises UnreadablePrintError."""
    if len(data) > LARGEST_IMAGE_BYTES:
        raise UnreadablePrintError("The image of a print must be no larger than 4 MB.")
    if data.startswith(WSQ):
        return _wsq(data)
    if data.startswith(PNG):
        check_png(data)
    for name, beginnings in _PILLOW.items():
        if data.startswith(beginnings):
            return _by_pillow(data, name)
    raise UnreadablePrintError(
        "The image is in no known format: send a PNG, TIFF, BMP, JPEG 2000, JPEG or WSQ file."
    )


def agreed_ppi(decoded: Decoded, by_sender: int | None) -> tuple[int | None, tuple[str, ...]]:
    """Return the resolution that is stated, None if there is none, and remarks about the image.

    Raises UnreadablePrintError for a resolution that no print has, and if the image and its sender
    differ by over one percent. The sender takes precedence over a comment in the image.
    """
    in_file, remarks = decoded.ppi, decoded.remarks
    if decoded.is_comment and by_sender is not None and not _are_alike(in_file, by_sender):
        in_file = None
        remarks += ("A comment in the image states another resolution, which is not used.",)
    ppis = [_of_a_print(ppi) for ppi in (in_file, by_sender) if ppi is not None]
    if len(ppis) == 2 and not _are_alike(*ppis):
        raise UnreadablePrintError(
            "The resolution in the image file differs from the stated resolution: correct"
            " one of the two."
        )
    return (ppis[0] if ppis else None), remarks


def _of_a_print(ppi: int) -> int:
    """Return a resolution within the limits.

    A resolution that is too low only because of rounding is raised to the lower limit.
    """
    if LEAST_PPI * 0.99 <= ppi < LEAST_PPI:
        return LEAST_PPI
    if not LEAST_PPI <= ppi <= MOST_PPI:
        raise UnreadablePrintError(
            f"The stated resolution is not plausible for a print: give {LEAST_PPI} to "
            f"{MOST_PPI} pixels per inch, which are 98 to 472 per centimetre."
        )
    return ppi


def _are_alike(one: int | None, other: int) -> bool:
    return one is not None and abs(one - other) <= one / 100


def check_size(width_px: int, height_px: int) -> None:
    """Raise UnreadablePrintError for an image whose size cannot be that of a print."""
    if not (width_px >= 1 and height_px >= 1 and max(width_px, height_px) <= LARGEST_SIDE_PX):
        raise _too_large()


def _too_large() -> UnreadablePrintError:
    return UnreadablePrintError(
        f"The image of a print must be at most {LARGEST_SIDE_PX} pixels wide and high."
    )


def raw_pixels(data: bytes, width_px: int, height_px: int) -> UInt8s:
    """Return raw pixels as uint8 (height, width). Raises UnreadablePrintError."""
    check_size(width_px, height_px)
    if len(data) != width_px * height_px:
        raise UnreadablePrintError(
            "The number of bytes in the raw image does not match its width and height: "
            "correct the width and the height."
        )
    return np.frombuffer(data, dtype=np.uint8).reshape(height_px, width_px)


def _raw(data: bytes, stated: Stated) -> Decoded:
    if stated.raw_width_px is None or stated.raw_height_px is None:
        raise UnreadablePrintError(
            "The file is in no known format: send PNG, TIFF, BMP, JPEG 2000, JPEG, WSQ, "
            "ANSI/NIST-ITL or ISO/IEC 19794, or state the width and height of raw pixels."
        )
    return Decoded(raw_pixels(data, stated.raw_width_px, stated.raw_height_px), None)


def _by_pillow(data: bytes, name: str) -> Decoded:
    Image.MAX_IMAGE_PIXELS = LARGEST_SIDE_PX**2
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[name]) as picture:
                check_size(*picture.size)
                _check_mode(picture.mode)
                _check_pages(picture)
                ppi = _stated_ppi(picture.info)
                orientation = picture.getexif().get(_ORIENTATION, _AS_STATED)
                is_deep = picture.mode in _SIXTEEN_BITS
                upright = ImageOps.exif_transpose(_of_8_bits(picture) if is_deep else picture)
                pixels = _grey(upright)
                remarks = (*_remarks(upright, pixels, orientation), *[_REDUCED][: int(is_deep)])
    except (UnreadablePrintError, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception:  # noqa: BLE001 - decoders of Pillow raise many kinds for damaged files
        raise UnreadablePrintError(_DAMAGED) from None
    return Decoded(pixels, ppi, remarks=remarks)


def _of_8_bits(picture: Image.Image) -> Image.Image:
    """Return a picture of 16 bits per pixel with 8.

    Scanners of 10 or 12 bits leave the upper bits of each pixel empty: these are left out.
    """
    values = np.asarray(picture)
    used = max(int(values.max()).bit_length(), 8)
    grey = (values >> (used - 8)).astype(np.uint8)
    # Pillow turns these round only in pictures of 8 bits.
    is_inverted = getattr(picture, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO
    reduced = Image.fromarray(255 - grey if is_inverted else grey)
    reduced.info = picture.info
    return reduced


def _grey(picture: Image.Image) -> UInt8s:
    """Return a picture in grey, on white where it is transparent; uint8 (h, w)."""
    if picture.has_transparency_data:
        over = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return np.array(picture.convert("L"), dtype=np.uint8)


def _remarks(picture: Image.Image, pixels: UInt8s, orientation: int) -> Iterator[str]:
    if orientation in _ORIENTATIONS:
        yield _ORIENTATIONS[orientation]
    if picture.has_transparency_data and np.array(picture.convert("RGBA"))[..., 3].min() < 255:
        yield _SEEN_THROUGH
    if not ((pixels > 0) & (pixels < 255)).any() and len(np.unique(pixels)) > 1:
        yield _BLACK_AND_WHITE


def _check_pages(picture: Image.Image) -> None:
    if getattr(picture, "n_frames", 1) > 1:
        raise UnreadablePrintError(
            "The image has several pages: send each page as a separate image."
        )


def _check_mode(mode: str) -> None:
    if mode in _OTHER_COLOURS:
        raise UnreadablePrintError(
            "The image is in colours other than red, green and blue (CMYK, for example): export "
            "it in grey."
        )
    if mode not in _GREY_MODES | _SIXTEEN_BITS:
        raise UnreadablePrintError(
            "The image has more than 16 bits per pixel: export it with 8 or 16."
        )


def _stated_ppi(info: dict[str | tuple[int, int], Any]) -> int | None:
    """Return the resolution in an image. Raises UnreadablePrintError unless pixels are square."""
    dpi = info.get("dpi")
    if dpi is None:
        return None
    across, down = (float(one) for one in dpi)
    if not (across > 0 and down > 0):
        return None
    if abs(across - down) > across / 100:
        raise UnreadablePrintError(
            "The pixels of the image are not square: export it with the same resolution in"
            " width and height."
        )
    # PNG uses metres, so 500 becomes 499.999. 72 and 96 come from screens and mean nothing.
    return None if round(across) < 100 else round(across)


def _wsq(data: bytes) -> Decoded:
    width_px, height_px = check_wsq(data)
    check_size(width_px, height_px)
    try:
        codec = import_module("_wsq")
    except ImportError:
        raise UnreadablePrintError(
            "This server does not read WSQ: send PNG, or ask the operator to install "
            "the extra `prints`."
        ) from None
    try:
        pixels, width, height, _ = codec.decompress(data)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a C extension that documents no exceptions
        raise UnreadablePrintError(_DAMAGED) from None
    if (width, height) != (width_px, height_px):
        raise UnreadablePrintError(_DAMAGED)
    stated = _WSQ_PPI.search(data)
    ppi = int(stated[1]) if stated else None
    return Decoded(raw_pixels(bytes(pixels), width_px, height_px), ppi, is_comment=True)
