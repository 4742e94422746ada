"""The minutiae and ridge flow of a drawn finger, about its middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.ridges.fields import Field, as_field, blur
from data.synthetic.ridges.master import MasterPrint
from data.synthetic.ridges.parameters import FRAME_PX
from domain.minutiae import MINUTIA_KINDS

Doubles = npt.NDArray[np.float64]
Points = npt.NDArray[np.complex128]

FLOW_STEP_PX = 8
_FLOW_BLUR_PX = 8.0
_MIDDLE_PX = (FRAME_PX - 1) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """n minutiae and the flow of the ridges, from the middle of the finger, y upwards."""

    points: Points
    """complex128 (n,): x + iy, pixels at 500 dpi."""
    angles_rad: Doubles
    """float64 (n,): anticlockwise."""
    kind_codes: npt.NDArray[np.uint8]
    """uint8 (n,): index into `domain.minutiae.MINUTIA_KINDS`."""
    flow_rad: Field
    """float32 (64, 64): the direction of the ridges, which has no sense, each FLOW_STEP_PX; the
    first row is the highest."""

    def along_ridges_rad(self, points: Points) -> Doubles:
        """Return float64 (n,): the direction of the ridges at points, (n,); beyond the frame, that
        of its edge."""
        column = _steps(points.real + _MIDDLE_PX, self.flow_rad.shape[1])
        row = _steps(_MIDDLE_PX - points.imag, self.flow_rad.shape[0])
        return self.flow_rad[row, column].astype(np.float64)


def skin_of(master: MasterPrint) -> Skin:
    """Return the skin of a drawn finger."""
    minutiae = master.minutiae
    return Skin(
        np.array([m.x_px - _MIDDLE_PX + 1j * (_MIDDLE_PX - m.y_px) for m in minutiae], complex),
        np.array([m.angle_rad for m in minutiae], dtype=np.float64),
        np.array([MINUTIA_KINDS.index(m.kind) for m in minutiae], dtype=np.uint8),
        _flow_rad(master.ridges),
    )


def _steps(position_px: Doubles, count: int) -> npt.NDArray[np.intp]:
    return np.clip(position_px / FLOW_STEP_PX, 0, count - 1).astype(np.intp)


def _flow_rad(ridges: Field) -> Field:
    """Return the direction across the strongest change of grey, averaged as a doubled angle."""
    down, right = np.gradient(ridges)
    squared = (right - 1j * down) ** 2
    doubled = blur(as_field(squared.real), _FLOW_BLUR_PX) + 1j * blur(
        as_field(squared.imag), _FLOW_BLUR_PX
    )
    half = FLOW_STEP_PX // 2
    across_rad = 0.5 * np.angle(doubled[half::FLOW_STEP_PX, half::FLOW_STEP_PX])
    return as_field(across_rad + np.pi / 2)
