"""From the image of a print to its minutiae, its quality and its vector.

Images are grey, uint8 (h, w), ridges dark, with their pixels an inch. Implementations wrap native
code: call them in a process that may be ended.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from domain.minutiae import MinutiaeSet
from domain.prints import PrintTool

GreyImage = npt.NDArray[np.uint8]
"""uint8 (h, w), ridges dark."""


class MinutiaExtractor(Protocol):
    """Reads the minutiae of a print."""

    @property
    def tool(self) -> PrintTool:
        """The extractor, for provenance."""

    def extract(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        """Return the minutiae in pixels of this image; raises UnreadablePrintError."""


class QualityMeter(Protocol):
    """Grades the image of a print."""

    @property
    def tool(self) -> PrintTool:
        """The meter, for provenance."""

    def measure(self, grey: GreyImage, ppi: float) -> int:
        """Return the quality, 0 to 100; raises UnreadablePrintError."""
