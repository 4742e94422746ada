"""The minutiae and the quality of prints, found in their images."""

from __future__ import annotations

from typing import Protocol

from domain.prints import PrintTool
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_reading import ReadPrint


class MinutiaeFinder(Protocol):
    """Finds the minutiae of prints. Thread-safe."""

    @property
    def tools(self) -> tuple[PrintTool, ...]:
        """What reads prints, what reads marks, and the meter of quality, for provenance.

        Raises ConfigurationError.
        """

    def find(self, taken: ReadPrint) -> MinutiaeView:
        """Return the minutiae of a print, whose impression type is known, as they are kept.

        These are the 255 of the best quality, in whole pixels and 256ths of a turn, with the
        quality of the print, or None where it cannot be measured. Raises UnreadablePrintError.
        """
