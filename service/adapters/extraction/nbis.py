"""Minutiae by NIST's MINDTCT and quality by NIST's NFIQ 2, through `nbis-py` (MIT)."""

import io
import math
from typing import Any

import numpy as np
from PIL import Image

from domain.errors import UnreadablePrintError
from domain.prints.minutiae import MINUTIA_KINDS, MinutiaeSet, MinutiaKind
from domain.prints.prints import PrintTool
from service.adapters.extraction.doubts import MIN_SIDE_PX, as_minutiae, at_nominal
from service.adapters.extraction.libraries import digest_of, library, package_file, version_of
from service.adapters.extraction.ridges import footprint, ridge_field
from service.ports.print_reading import GreyImage

_DISTRIBUTION = "nbis-py"
_MOST_SIDE_PX = 800


class NbisMinutiae:
    """MINDTCT. Not thread-safe. Raises ConfigurationError if the library is missing."""

    def __init__(self) -> None:
        self._nbis = library("nbis", _DISTRIBUTION)
        self._extractor = _extractor(self._nbis, with_quality=False)
        self.tool = _tool("nbis-mindtct")

    def extract(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        """Return the minutiae in pixels of this image. Raises UnreadablePrintError."""
        nominal = at_nominal(grey, ppi)
        found = _read(self._nbis, self._extractor, nominal.grey).get()
        kinds = {
            self._nbis.MinutiaKind.RIDGE_ENDING: MinutiaKind.RIDGE_ENDING,
            self._nbis.MinutiaKind.BIFURCATION: MinutiaKind.BIFURCATION,
        }
        finds = [
            (
                float(one.x()),
                float(one.y()),
                math.radians(one.angle()),
                float(MINUTIA_KINDS.index(kinds[one.kind()])),
                one.reliability(),
            )
            for one in found
        ]
        rows = np.array(finds, dtype=np.float64).reshape(-1, 5)
        return as_minutiae(grey, ppi, nominal, rows)


class NbisQuality:
    """NFIQ 2. Not thread-safe. Raises ConfigurationError if the library is missing."""

    def __init__(self) -> None:
        self._nbis = library("nbis", _DISTRIBUTION)
        self._extractor = _extractor(self._nbis, with_quality=True)
        self.tool = _tool("nfiq2")

    def measure(self, grey: GreyImage, ppi: float) -> int:
        """Return the quality, 0 to 100. Raises UnreadablePrintError.

        NFIQ 2 refuses images with a side above 800 pixels: of those, only the middle of the part
        with ridges is measured.
        """
        seen = at_nominal(grey, ppi).grey
        if max(seen.shape) > _MOST_SIDE_PX:
            box = footprint(ridge_field(seen), seen, least_px=MIN_SIDE_PX)
            seen = box.within(_MOST_SIDE_PX).cut(seen)
        found = _read(self._nbis, self._extractor, seen)
        return min(100, max(0, int(found.quality().score)))


def _extractor(nbis: Any, *, with_quality: bool) -> Any:
    return nbis.new_nbis_extractor(
        nbis.NbisExtractorSettings(
            min_quality=0.0,
            get_center=False,
            check_fingerprint=False,
            compute_nfiq2=with_quality,
            ppi=None,
        )
    )


def _tool(name: str) -> PrintTool:
    code = package_file("nbis", _DISTRIBUTION, "libnbis.so").read_bytes()
    return PrintTool(name, version_of(_DISTRIBUTION), digest_of(code))


def _read(nbis: Any, extractor: Any, grey: GreyImage) -> Any:
    encoded = io.BytesIO()
    Image.fromarray(grey).save(encoded, "PNG", compress_level=1)
    try:
        return extractor.extract_minutiae(encoded.getvalue())
    except (nbis.NbisError, nbis.InternalError) as error:
        raise UnreadablePrintError(
            "The image could not be read as a print: check the image, or send another one."
        ) from error
