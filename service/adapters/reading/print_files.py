"""Reads any print file, recognised by its first bytes. Runs in the child process.

Finger image records are read in both editions, ISO/IEC 19794-4:2005 and :2011. Their layout
follows the public descriptions of the format; all numbers are big-endian.
"""

import re
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module

import numpy as np
from PIL import Image

from domain.errors import InvalidMinutiaeError, UnreadablePrintError
from prints.minutiae.received import is_minutiae_record, read_minutiae_record
from service.adapters.extraction.doubts import picture_doubts
from service.adapters.reading import pictures
from service.adapters.reading.nist_files import is_transaction, read_transaction
from service.adapters.reading.nist_records import PartRefusedError, impression_of, position_of
from service.adapters.reading.pictures import read_picture
from service.adapters.reading.slap_pictures import FROM_LEFT, cut_here
from service.ports.print_reading import (
    LARGEST_FILE_BYTES,
    MOST_PARTS,
    NOMINAL_PPI,
    PrintFile,
    ReadPrint,
    RefusedPart,
    Stated,
)

_MAGIC_2005 = b"FIR\x00010\x00"
_MAGIC_2011 = b"FIR\x00020\x00"

# Record length (6), device, level, fingers, scale units, scan and image resolution, depth,
# compression, reserved.
_HEADER_2005 = struct.Struct(">8s6sHHBBHHHHBBH")
# Length of the view, position, views, number of this view, quality, impression, width, height.
_VIEW_2005 = struct.Struct(">IBBBBBHHB")

_HEADER_2011 = struct.Struct(">8sIHBB")
_VIEW_START_2011 = struct.Struct(">I9sBHHB")
_QUALITY_BLOCK = struct.Struct(">BHH")
# Position, number, scale units, scan and image resolution, depth, compression, impression, size.
_VIEW_2011 = struct.Struct(">BBBHHHHBBBHHI")
_CERTIFICATE = struct.Struct(">HB")

_CM = 2
_CM_AN_INCH = 2.54
_RAW, _PACKED = 0, 1
_CODED = frozenset({2, 3, 4, 5})
"""WSQ, JPEG, JPEG 2000 and PNG."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """What a view and its record state about an image."""

    scale_units: int
    scales: Sequence[int]
    """Resolutions: of the scanner, across and down, then of the image."""
    depth: int
    compression: int
    width_px: int
    height_px: int
    position: int
    impression: int


def is_finger_image_record(data: bytes) -> bool:
    """Whether the bytes begin like a finger image record."""
    return data.startswith((_MAGIC_2005, _MAGIC_2011))


def read_finger_images(data: bytes) -> PrintFile:
    """Return the prints in a record of either edition. Raises UnreadablePrintError."""
    try:
        views = _views_2005(data) if data.startswith(_MAGIC_2005) else _views_2011(data)
    except struct.error:
        raise _damaged() from None
    prints: list[ReadPrint] = []
    refused: list[RefusedPart] = []
    for number, (layout, image) in enumerate(views, 1):
        part = f"view {number}"
        try:
            prints += [replace(one, part=part) for one in _prints_of(layout, image)]
        except (PartRefusedError, UnreadablePrintError) as error:
            refused.append(RefusedPart(part, str(error)))
    return PrintFile(prints=tuple(prints), refused=tuple(refused))


def _views_2005(data: bytes) -> list[tuple[_Layout, bytes]]:
    (_, length, _, _, count, units, *scales, depth, compression, _) = _HEADER_2005.unpack_from(
        data
    )
    _check(int.from_bytes(length, "big") == len(data) and 1 <= count <= MOST_PARTS)
    views: list[tuple[_Layout, bytes]] = []
    at = _HEADER_2005.size
    while at < len(data):
        _check(len(views) < MOST_PARTS)
        size, position, _, _, _, impression, width, height, _ = _VIEW_2005.unpack_from(data, at)
        _check(_VIEW_2005.size <= size <= len(data) - at)
        layout = _Layout(units, scales, depth, compression, width, height, position, impression)
        views.append((layout, data[at + _VIEW_2005.size : at + size]))
        at += size
    return views


def _views_2011(data: bytes) -> list[tuple[_Layout, bytes]]:
    _, length, count, certified, _ = _HEADER_2011.unpack_from(data)
    _check(length == len(data) and 1 <= count <= MOST_PARTS)
    views: list[tuple[_Layout, bytes]] = []
    at = _HEADER_2011.size
    for _ in range(count):
        size = _VIEW_START_2011.unpack_from(data, at)[0]
        _check(_VIEW_START_2011.size <= size <= len(data) - at)
        views.append(_view_2011(data[at : at + size], is_certified=bool(certified)))
        at += size
    _check(at == len(data))
    return views


def _view_2011(view: bytes, *, is_certified: bool) -> tuple[_Layout, bytes]:
    *_, blocks = _VIEW_START_2011.unpack_from(view)
    at = _VIEW_START_2011.size + blocks * _QUALITY_BLOCK.size
    if is_certified:
        at += 1 + view[at] * _CERTIFICATE.size if at < len(view) else 1
    (position, _, units, *scales, depth, compression, impression, width, height, size) = (
        _VIEW_2011.unpack_from(view, at)
    )
    start = at + _VIEW_2011.size
    _check(size <= len(view) - start)
    layout = _Layout(units, scales, depth, compression, width, height, position, impression)
    return layout, view[start : start + size]


def _prints_of(layout: _Layout, image: bytes) -> tuple[ReadPrint, ...]:
    impression_type, medium = impression_of(layout.impression)
    decoded = _decoded(layout, image)
    stated = _ppi(layout, *layout.scales[2:])
    ppi, remarks = pictures.agreed_ppi(decoded, stated)
    found = ReadPrint(
        decoded.pixels,
        ppi=ppi or stated,
        is_ppi_stated=True,
        scanned_ppi=_ppi(layout, *layout.scales[:2]),
        impression_type=impression_type,
        medium=medium,
        remarks=remarks,
    )
    if layout.position in FROM_LEFT:
        return cut_here(found, layout.position).prints
    return (replace(found, position=position_of(layout.position, impression_type)),)


def _decoded(layout: _Layout, image: bytes) -> pictures.Decoded:
    pictures.check_size(layout.width_px, layout.height_px)
    if layout.depth != 8 or layout.compression == _PACKED:
        raise PartRefusedError("The image does not have 8 bits per pixel.")
    if layout.compression == _RAW:
        return pictures.Decoded(
            pictures.raw_pixels(image, layout.width_px, layout.height_px), None
        )
    if layout.compression not in _CODED:
        raise PartRefusedError("The image uses a compression that is not supported.")
    decoded = pictures.decode_picture(image)
    if decoded.pixels.shape != (layout.height_px, layout.width_px):
        raise PartRefusedError("The size of the image differs from the size stated in its record.")
    return decoded


def _ppi(layout: _Layout, across: int, down: int) -> int:
    if across != down:
        raise PartRefusedError("The pixels of the image are not square.")
    return round(across * _CM_AN_INCH) if layout.scale_units == _CM else across


def _check(is_met: bool) -> None:
    if not is_met:
        raise _damaged()


def _damaged() -> UnreadablePrintError:
    return UnreadablePrintError(
        "The lengths in the ISO/IEC 19794-4 record are wrong: export the record again."
    )


_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
"""The beginning of XML in UTF-8 or UTF-16, which the library for transactions does not read."""

_DECODERS = ("_wsq", "nistitl")
"""Modules of the extra `prints`. A file that needs a missing module is refused with a sentence."""


def prepare_readers() -> None:
    """Import all that a reader imports, because the locks that close afterwards prevent it."""
    Image.init()
    # NumPy imports some of its parts on first use; finding ridges uses all of them.
    ridges = np.sin(np.arange(128) * 2 * np.pi / 9) * 100 + 128
    picture_doubts(np.tile(ridges.astype(np.uint8), (128, 1)), NOMINAL_PPI)
    for name in _DECODERS:
        with suppress(ImportError):
            import_module(name)


def read_print_file(data: bytes, stated: Stated) -> PrintFile:
    """Return the prints in a file, with doubts about each picture.

    Raises UnreadablePrintError if the file is not a print file or is damaged as a whole.
    """
    found = _read(data, stated)
    prints = tuple(
        replace(one, doubts=picture_doubts(one.pixels, one.ppi)) for one in found.prints
    )
    return replace(found, prints=prints)


def _read(data: bytes, stated: Stated) -> PrintFile:
    if len(data) > LARGEST_FILE_BYTES:
        raise UnreadablePrintError("The print file is too large: send at most 32 MB.")
    if not data:
        raise UnreadablePrintError("The print file is empty: send it again.")
    if is_transaction(data):
        return read_transaction(data)
    if is_finger_image_record(data):
        return read_finger_images(data)
    if is_minutiae_record(data):
        return _minutiae(data)
    if _XML.match(data):
        raise UnreadablePrintError(
            "Transactions in XML are not supported: send ANSI/NIST-ITL in the "
            "traditional encoding."
        )
    return PrintFile(prints=(read_picture(data, stated),))


def _minutiae(data: bytes) -> PrintFile:
    try:
        return PrintFile(minutiae=read_minutiae_record(data))
    except InvalidMinutiaeError as error:
        raise UnreadablePrintError(error.detail) from None
