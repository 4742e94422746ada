"""Where each field stands on the office's own form, as shares of its width and height.

The keyers' page shows this part of the picture while the field is keyed, with a margin: a frame
that was scanned askew is still read. A form of another layout is shown whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.conversion.form import FormField


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture: left, top, width and height as shares of the whole."""

    left: float
    top: float
    width: float
    height: float


_LEFT, _RIGHT = 0.05, 0.52
_WIDE, _HALF, _HIGH = 0.90, 0.43, 0.055

REGIONS: dict[FormField, Region] = {
    FormField.SURNAME: Region(_LEFT, 0.10, _HALF, _HIGH),
    FormField.FORENAMES: Region(_RIGHT, 0.10, _HALF, _HIGH),
    FormField.BORN_ON: Region(_LEFT, 0.16, _HALF, _HIGH),
    FormField.SEX: Region(_RIGHT, 0.16, _HALF, _HIGH),
    FormField.BORN_AT: Region(_LEFT, 0.22, _HALF, _HIGH),
    FormField.CRO_NUMBER: Region(_RIGHT, 0.22, _HALF, _HIGH),
    FormField.ALIAS: Region(_LEFT, 0.28, _WIDE, _HIGH),
    FormField.COURT: Region(_LEFT, 0.34, _HALF, _HIGH),
    FormField.CONVICTED_ON: Region(_RIGHT, 0.34, _HALF, _HIGH),
    FormField.OFFENCE: Region(_LEFT, 0.40, _HALF, _HIGH),
    FormField.COMMITTED_ON: Region(_RIGHT, 0.40, _HALF, _HIGH),
    FormField.DISPOSAL: Region(_LEFT, 0.46, _WIDE, _HIGH),
}
"""The regions of the fields; below 0.55 are the prints: right hand above left, thumbs first."""

PRINTS_TOP = 0.56
PRINTS_ROW = 0.20
"""The top and the height of a row of five prints."""
