"""The tasks of the child process: reading a print file, and finding minutiae in pixels."""

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache

import numpy as np

from domain.errors import ConfigurationError, UnreadablePrintError
from domain.prints.minutiae import Minutia, MinutiaeSet
from domain.prints.prints import FingerPosition, ImpressionType, PrintTool
from prints.minutiae import iso19794_2
from prints.minutiae.iso19794_2 import encode_record
from prints.minutiae.received import read_minutiae_record
from service.adapters.extraction.extractors import mark_extractor, minutia_extractor, quality_meter
from service.adapters.isolation.frames import Frame
from service.adapters.prints.wire import file_frame
from service.adapters.reading.print_files import prepare_readers, read_print_file
from service.ports.print_reading import GreyImage, MinutiaExtractor, QualityMeter, Stated


def found_in(
    grey: GreyImage, ppi: int, *, extractor: str, impression_type: ImpressionType
) -> iso19794_2.MinutiaeView:
    """Return the minutiae of a print in the form in which they are stored, with its quality.

    Raises UnreadablePrintError, and ConfigurationError if a library is missing.
    """
    is_mark = impression_type is ImpressionType.LATENT
    reader = _mark_extractor(extractor) if is_mark else _extractor(extractor)
    minutiae = reader.extract(grey, float(ppi))
    return kept_view(minutiae, impression_type, _quality(grey, float(ppi)))


def opened_tools(extractor: str) -> tuple[PrintTool, PrintTool, PrintTool]:
    """Open the extractors of prints and marks and the quality meter, once; return their names.

    Raises ConfigurationError if a library is missing.
    """
    return _extractor(extractor).tool, _mark_extractor(extractor).tool, _meter().tool


def _quality(grey: GreyImage, ppi: float) -> int | None:
    """Return the quality; None if NFIQ 2 refuses a print because it is poor.

    This happens above all with marks, whose minutiae are still worth keeping.
    """
    try:
        return _meter().measure(grey, ppi)
    except UnreadablePrintError:
        return None


def kept_view(
    minutiae: MinutiaeSet, impression_type: ImpressionType, quality: int | None
) -> iso19794_2.MinutiaeView:
    """Return minutiae in the form to store. Raises UnreadablePrintError if there are none."""
    if not len(minutiae):
        raise UnreadablePrintError(
            "No minutiae were found in the image: send an image of a print."
        )
    best = np.lexsort((np.arange(len(minutiae)), -minutiae.qualities.astype(np.int64)))
    kept = sorted(best[: iso19794_2.MAX_MINUTIAE].tolist())
    everything = minutiae.minutiae
    view = iso19794_2.MinutiaeView(
        position=FingerPosition.UNKNOWN,
        impression_type=impression_type,
        quality=quality,
        width_px=minutiae.width_px,
        height_px=minutiae.height_px,
        minutiae=tuple(_inside(everything[at], minutiae) for at in kept),
        pixels_per_cm=iso19794_2.pixels_a_cm(minutiae.ppi),
    )
    return read_minutiae_record(encode_record((view,)))[0]


def _inside(minutia: Minutia, frame: MinutiaeSet) -> Minutia:
    """Return the minutia, moved if needed so that its rounded position lies inside the image."""
    return Minutia(
        min(minutia.x_px, frame.width_px - 1.0),
        min(minutia.y_px, frame.height_px - 1.0),
        minutia.angle_rad % math.tau,
        minutia.kind,
        minutia.quality,
    )


@cache
def _extractor(name: str) -> MinutiaExtractor:
    return minutia_extractor(name)


@cache
def _mark_extractor(name: str) -> MinutiaExtractor:
    return mark_extractor(name)


@cache
def _meter() -> QualityMeter:
    return quality_meter()


def prepare(extractor: str) -> None:
    """Open everything that the tasks need, because the process cannot open anything afterwards.

    Without a name, no extractor is opened. A missing library is reported by the task that needs
    it.
    """
    prepare_readers()
    if extractor:
        with suppress(ConfigurationError):
            opened_tools(extractor)


def _read(call: Frame) -> Frame:
    (data,) = call.blobs
    return file_frame(read_print_file(data, Stated(**call.header["stated"])))


def _find(call: Frame) -> Frame:
    header = call.header
    (raw,) = call.blobs
    grey = np.frombuffer(raw, dtype=np.uint8).reshape(header["pixels"])
    view = found_in(
        grey,
        header["ppi"],
        extractor=header["extractor"],
        impression_type=ImpressionType(header["impression_type"]),
    )
    return Frame({}, (encode_record((view,)),))


def _tools(call: Frame) -> Frame:
    tools = opened_tools(call.header["extractor"])
    return Frame({"tools": [[tool.name, tool.version, tool.digest] for tool in tools]})


TASKS: Mapping[str, Callable[[Frame], Frame]] = {"read": _read, "find": _find, "tools": _tools}
