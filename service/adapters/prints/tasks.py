"""The tasks of the child process: reading a print file, and finding the minutiae of a print."""

from collections.abc import Callable, Mapping
from contextlib import suppress

import numpy as np

from domain.errors import ConfigurationError
from domain.prints.prints import ImpressionType
from prints.minutiae.iso19794_2 import encode_record
from service.adapters.isolation.frames import Frame
from service.adapters.prints.templates import found_in, opened_tools
from service.adapters.prints.wire import file_frame
from service.adapters.reading.print_files import prepare_readers, read_print_file
from service.ports.print_reading import Stated


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
    grey = np.frombuffer(raw, dtype=np.uint8).reshape(header["height_px"], header["width_px"])
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
