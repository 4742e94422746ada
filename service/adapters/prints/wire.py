"""The messages between the service and the process that reads print files.

The answer of that process is checked like an untrusted file, because an attacker may control its
decoder.
"""

from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from domain.errors import InvalidMinutiaeError
from domain.prints.minutiae import marked_features
from domain.prints.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView, encode_record
from prints.minutiae.received import read_minutiae_record
from service.adapters.isolation.frames import Frame, FrameError
from service.ports import print_reading
from service.ports.print_reading import LARGEST_SIDE_PX


def file_frame(found: print_reading.PrintFile) -> Frame:
    """Return the answer with the content of a file."""
    header = {
        "prints": [_print_header(one) for one in found.prints],
        "minutiae": len(found.minutiae),
        "refused": None,
        "left_out": [asdict(one) for one in found.refused],
        "missing": [asdict(one) for one in found.missing],
        "person": asdict(found.person),
        "transaction": None if found.transaction is None else asdict(found.transaction),
    }
    pixels = (one.pixels.tobytes() for one in found.prints)
    views = (encode_record((view,)) for view in found.minutiae)
    return Frame(header, (*pixels, *views))


def file_of(frame: Frame) -> print_reading.PrintFile:
    """Return the file in an answer. Raises FrameError for an invalid answer."""
    header = frame.header
    try:
        blobs = iter(frame.blobs)
        prints = tuple(_print_of(one, next(blobs)) for one in header["prints"])
        minutiae = tuple(_views(blobs))
        if len(minutiae) != header["minutiae"]:
            raise FrameError
        transaction = header["transaction"]
        return print_reading.PrintFile(
            prints=prints,
            minutiae=minutiae,
            refused=tuple(print_reading.RefusedPart(**_texts(one)) for one in header["left_out"]),
            missing=tuple(_missing(one) for one in header["missing"]),
            person=print_reading.StatedPerson(**_texts(header["person"])),
            transaction=None
            if transaction is None
            else print_reading.Transaction(**_texts(transaction)),
        )
    except (KeyError, TypeError, ValueError, StopIteration, InvalidMinutiaeError):
        raise FrameError from None


def _print_header(one: print_reading.ReadPrint) -> dict[str, Any]:
    stated = {each.name: getattr(one, each.name) for each in fields(one)}
    marked = None if one.marked is None else one.marked.told()
    return stated | {"pixels": one.pixels.shape, "marked": marked}


def _print_of(header: dict[str, Any], raw: bytes) -> print_reading.ReadPrint:
    height_px, width_px = map(_number, header["pixels"])
    if not 1 <= min(height_px, width_px) <= max(height_px, width_px) <= LARGEST_SIDE_PX:
        raise FrameError
    kind = header["impression_type"]
    ppi = _number(header["ppi"])
    if not print_reading.LEAST_PPI <= ppi <= print_reading.MOST_PPI:
        raise FrameError
    return print_reading.ReadPrint(
        np.frombuffer(raw, dtype=np.uint8).reshape(height_px, width_px),
        ppi=ppi,
        is_ppi_stated=header["is_ppi_stated"] is True,
        scanned_ppi=_number(header["scanned_ppi"]),
        position=FingerPosition(header["position"]),
        impression_type=None if kind is None else ImpressionType(kind),
        medium=print_reading.CaptureMedium(header["medium"]),
        part=str(header["part"])[:40],
        cut_from_slap=header["cut_from_slap"] is True,
        marked=None if header["marked"] is None else marked_features(header["marked"]),
        doubts=tuple(print_reading.PictureDoubt(doubt) for doubt in header["doubts"]),
        remarks=tuple(str(one)[:200] for one in header["remarks"]),
    )


def _missing(told: dict[str, Any]) -> print_reading.MissingFinger:
    position = FingerPosition(told["position"])
    return print_reading.MissingFinger(
        position, str(told["part"])[:40], told["is_amputated"] is True
    )


def _views(blobs: Iterator[bytes]) -> Iterator[MinutiaeView]:
    for record in blobs:
        yield read_minutiae_record(record)[0]


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise FrameError
    return value


def _texts(fields: dict[str, Any]) -> dict[str, str]:
    return {str(name): str(value)[:400] for name, value in fields.items()}
