"""The tasks of the child process: to read a file, and to find the minutiae of a print."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from domain.prints import ImpressionType
from prints.minutiae.iso19794_2 import encode_record
from service.adapters.extraction.extractors import (
    mark_extractor,
    minutia_extractor,
    quality_meter,
)
from service.adapters.isolation.frames import Frame
from service.adapters.prints.templates import found_in
from service.adapters.prints.wire import file_frame
from service.adapters.reading.print_files import read_print_file
from service.ports.print_reading import Stated


def _read(call: Frame) -> Frame:
    (data,) = call.blobs
    return file_frame(read_print_file(data, Stated(**call.header["stated"])))


def _find(call: Frame) -> Frame:
    header = call.header
    (raw,) = call.blobs
    grey = np.frombuffer(raw, dtype=np.uint8).reshape(header["height_px"], header["width_px"])
    view = found_in(
        grey,
        header["ppi"],
        extractor=header["extractor"],
        impression_type=ImpressionType(header["impression_type"]),
    )
    return Frame({}, (encode_record((view,)),))


def _tools(call: Frame) -> Frame:
    name = call.header["extractor"]
    tools = (minutia_extractor(name).tool, mark_extractor(name).tool, quality_meter().tool)
    return Frame({"tools": [[tool.name, tool.version, tool.digest] for tool in tools]})


TASKS: Mapping[str, Callable[[Frame], Frame]] = {"read": _read, "find": _find, "tools": _tools}
