"""Images of prints: captured, stored, or synthetic."""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

import numpy as np

from domain.ids import EncounterId, SearchId
from domain.prints.minutiae import MarkedFeatures, Minutia, marked_features
from domain.prints.prints import FingerPosition, Impression
from service.ports.print_reading import NOMINAL_PPI, CaptureMedium, GreyImage, ReadPrint


class PrintOrigin(StrEnum):
    """The origin of an image, which examiners are shown."""

    CAPTURED = "captured"
    SYNTHETIC = "synthetic"
    NONE = "none"
    """There is no image; a placeholder says so."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintImage:
    """One print for display: a PNG image, and the known minutiae of the print."""

    png: bytes
    width_px: int
    """Width in pixels."""
    height_px: int
    """Height in pixels."""
    minutiae: tuple[Minutia, ...]
    origin: PrintOrigin
    """`none`: there is no picture of the print, and a placeholder is shown."""
    dpi: int = 500
    """Resolution in pixels per inch."""


@dataclass(frozen=True, slots=True, eq=False)
class CapturedImage:
    """The image received with one impression of a capture, checked: a greyscale PNG."""

    position: FingerPosition
    png: bytes
    width_px: int
    height_px: int


Found_co = TypeVar("Found_co", covariant=True)


@dataclass(frozen=True, slots=True)
class OfSearch:
    """The capture that is the probe of a search."""

    owner: SearchId


@dataclass(frozen=True, slots=True)
class OfEncounter:
    """The capture of an enrolled encounter."""

    owner: EncounterId


class OfCaptures(Protocol[Found_co]):
    """Finds the image or the minutiae of an impression, None if there are none. Thread-safe."""

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> Found_co | None:
        """Return what is found for one impression of a capture."""


PrintImages = OfCaptures[PrintImage]
"""Finds images."""


_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIZE = struct.Struct(">II")
_HEAD = struct.Struct(">I4s")
_GREY_8 = bytes((8, 0, 0, 0, 0))
_ROWS_AS_DIFFERENCES = 2  # the PNG filter "up": each row is its difference from the row above
_SCALE = struct.Struct(">IIB")
_METRES_AN_INCH = 0.0254
_OURS = b"identlink\x00"


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What a stored image states about itself."""

    width_px: int
    height_px: int
    ppi: int
    is_ppi_stated: bool
    scanned_ppi: int
    medium: CaptureMedium
    marked: MarkedFeatures | None
    """The features that people marked in the image before it was received here."""
    added_minutiae: int
    """How many minutiae the extractor added to those that people marked."""
    minutiae_by: str
    """The extractor that read minutiae on receipt, as `name/version`; empty in older images."""


def kept_picture(taken: ReadPrint, *, added_minutiae: int = 0, minutiae_by: str = "") -> bytes:
    """Return a print as stored, a PNG. `added_minutiae` and `minutiae_by`: see `PictureFacts`."""
    height_px, width_px = taken.pixels.shape
    above = np.vstack((np.zeros((1, width_px), dtype=np.uint8), taken.pixels[:-1]))
    rows = np.full((height_px, width_px + 1), _ROWS_AS_DIFFERENCES, dtype=np.uint8)
    rows[:, 1:] = taken.pixels - above
    pixels_a_metre = round(taken.ppi / _METRES_AN_INCH)
    facts: dict[str, Any] = {
        "is_ppi_stated": taken.is_ppi_stated,
        "medium": taken.medium,
        "scanned_ppi": taken.scanned_ppi,
    }
    if minutiae_by:
        facts["minutiae_by"] = minutiae_by
    if taken.marked is not None:
        facts |= {"marked": taken.marked.told(), "added_minutiae": added_minutiae}
    chunks = (
        (b"IHDR", _SIZE.pack(width_px, height_px) + _GREY_8),
        (b"pHYs", _SCALE.pack(pixels_a_metre, pixels_a_metre, 1)),
        (b"tEXt", _OURS + json.dumps(facts, sort_keys=True).encode()),
        (b"IDAT", zlib.compress(rows.tobytes(), 6)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(*one) for one in chunks)


def kept_pixels(png: bytes) -> GreyImage | None:
    """Return the pixels of a stored image, uint8 (h, w); None unless `kept_picture` made it."""
    width_px, height_px = _SIZE.unpack_from(png, len(_SIGNATURE) + _HEAD.size)
    packed = b"".join(content for kind, content in _chunks(png) if kind == b"IDAT")
    rows = np.frombuffer(zlib.decompress(packed), dtype=np.uint8)
    if rows.size != height_px * (width_px + 1):
        return None
    lines = rows.reshape(height_px, width_px + 1)
    if not (lines[:, 0] == _ROWS_AS_DIFFERENCES).all():
        return None
    return np.cumsum(lines[:, 1:], axis=0, dtype=np.uint8)


def captured(position: FingerPosition, png: bytes) -> CapturedImage:
    """Return a stored image as it was captured."""
    facts = picture_facts(png)
    return CapturedImage(position, png, facts.width_px, facts.height_px)


def picture_facts(png: bytes) -> PictureFacts:
    """Return what a stored image states about itself; older images state only their size."""
    width_px, height_px = _SIZE.unpack_from(png, len(_SIGNATURE) + _HEAD.size)
    ppi, facts = NOMINAL_PPI, {}
    for kind, content in _chunks(png):
        if kind == b"IDAT":
            break
        if kind == b"pHYs" and len(content) == _SCALE.size:
            ppi = round(_SCALE.unpack(content)[0] * _METRES_AN_INCH) or NOMINAL_PPI
        if kind == b"tEXt" and content.startswith(_OURS):
            facts = json.loads(content.removeprefix(_OURS))
    return PictureFacts(
        width_px,
        height_px,
        ppi,
        is_ppi_stated=bool(facts.get("is_ppi_stated", False)),
        scanned_ppi=int(facts.get("scanned_ppi", ppi)),
        medium=CaptureMedium(facts.get("medium", CaptureMedium.NOT_STATED)),
        marked=marked_features(facts["marked"]) if "marked" in facts else None,
        added_minutiae=int(facts.get("added_minutiae", 0)),
        minutiae_by=str(facts.get("minutiae_by", "")),
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return _HEAD.pack(len(content), kind) + content + checksum.to_bytes(4, "big")


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at + _HEAD.size <= len(png):
        length, kind = _HEAD.unpack_from(png, at)
        yield kind, png[at + _HEAD.size : at + _HEAD.size + length]
        at += _HEAD.size + length + 4
