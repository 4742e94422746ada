"""Why an uploaded document is not taken: a closed set of sentences.

The pages of the public know them by name and say them in the reader's language.
"""

from __future__ import annotations

from enum import StrEnum


class UploadFault(StrEnum):
    """Why a document is not taken; the value is the sentence for callers of the API."""

    EMPTY = "The file is empty: choose another one."
    TOO_LARGE = "The file is larger than 10 MB: send a smaller one."
    NOT_A_PICTURE = "The photograph is no picture: send a JPEG or PNG file."
    NOT_A_DOCUMENT = "The file is no picture and no PDF: send a JPEG, PNG or PDF file."
    MIXED = "The file is of two types at once: save the picture or the PDF anew and send that."
    TOO_FEW_PIXELS = "The picture is too small to be read: send a larger one."
    TOO_MANY_PIXELS = "The picture has too many pixels: send a smaller one."
    DAMAGED = "The file is damaged: save it anew and send that."
    ACTIVE_PDF = "The PDF holds a program, a form or another file: send a plain copy or a picture."
    LOCKED_PDF = "The PDF is locked with a password: send one that is not, or a picture."
    TOO_COSTLY = "The file takes too long or too much memory to read: send a simpler one."
    INFECTED = "The file was refused by the virus scanner: send another one."
    TOO_MANY = "There are too many documents: remove one first."
