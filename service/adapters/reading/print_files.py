"""Reads any print file, recognised by its first bytes. Runs in the child process."""

import re
from contextlib import suppress
from dataclasses import replace
from importlib import import_module

import numpy as np
from PIL import Image

from domain.errors import InvalidMinutiaeError, UnreadablePrintError
from prints.minutiae.received import is_minutiae_record, read_minutiae_record
from service.adapters.extraction.doubts import picture_doubts
from service.adapters.reading.finger_images import is_finger_image_record, read_finger_images
from service.adapters.reading.nist_files import is_transaction, read_transaction
from service.adapters.reading.pictures import read_picture
from service.ports.print_reading import LARGEST_FILE_BYTES, NOMINAL_PPI, PrintFile, Stated

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
