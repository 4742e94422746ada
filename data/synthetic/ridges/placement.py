"""The placement of a finger: rotation, shift and skin distortion, in both directions."""

import math
from dataclasses import dataclass

import numpy as np

from data.synthetic.ridges.fields import Field, Warp, random_warp
from data.synthetic.ridges.impression_parameters import PLACEMENT
from data.synthetic.ridges.parameters import FRAME_PX
from domain.prints.prints import ImpressionType

_MIDDLE_PX = np.float32((FRAME_PX - 1) / 2)
_FIXED_POINT_ROUNDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """A mapping between an image and the finger's own frame, both 512 x 512 px."""

    rotation_rad: float
    """The turn of the finger on the image, anticlockwise."""
    shift_px: tuple[float, float]
    """Right and down, on the image."""
    contact_middle_px: tuple[float, float]
    """The middle of the contact on the finger, right and down from the middle of its frame."""
    distortion: Warp

    def finger_grid(self) -> tuple[Field, Field]:
        """Return x and y on the finger for every image pixel, float32 (512, 512) each."""
        steps = np.arange(FRAME_PX, dtype=np.float32)
        dx, dy = self.distortion.grid(FRAME_PX)
        x, y = self._set_down(steps[None, :], steps[:, None])
        return x + dx, y + dy

    def finger_at(self, x_px: Field, y_px: Field) -> tuple[Field, Field]:
        """Return x and y on the finger for points of the image, float32 of the same shape."""
        dx, dy = self.distortion.at(x_px, y_px)
        x, y = self._set_down(x_px, y_px)
        return x + dx, y + dy

    def image_at(self, x_px: Field, y_px: Field) -> tuple[Field, Field]:
        """Return x and y on the image for points of the finger: the inverse of `finger_at`.

        A distortion is far smaller than a rotation, so repeated correction converges.
        """
        x, y = self._pick_up(x_px, y_px)
        for _ in range(_FIXED_POINT_ROUNDS):
            dx, dy = self.distortion.at(x, y)
            x, y = self._pick_up(x_px - dx, y_px - dy)
        return x, y

    def _set_down(self, x_px: Field, y_px: Field) -> tuple[Field, Field]:
        cosine, sine = self._turn()
        x = x_px - _MIDDLE_PX - np.float32(self.shift_px[0])
        y = y_px - _MIDDLE_PX - np.float32(self.shift_px[1])
        across, down = self._origin()
        return cosine * x - sine * y + across, sine * x + cosine * y + down

    def _pick_up(self, x_px: Field, y_px: Field) -> tuple[Field, Field]:
        cosine, sine = self._turn()
        across, down = self._origin()
        x, y = x_px - across, y_px - down
        right, low = cosine * x + sine * y, cosine * y - sine * x
        return (
            right + _MIDDLE_PX + np.float32(self.shift_px[0]),
            low + _MIDDLE_PX + np.float32(self.shift_px[1]),
        )

    def _turn(self) -> tuple[np.float32, np.float32]:
        return np.float32(math.cos(self.rotation_rad)), np.float32(math.sin(self.rotation_rad))

    def _origin(self) -> tuple[np.float32, np.float32]:
        return (
            _MIDDLE_PX + np.float32(self.contact_middle_px[0]),
            _MIDDLE_PX + np.float32(self.contact_middle_px[1]),
        )


def draw_placement(impression_type: ImpressionType, rng: np.random.Generator) -> Placement:
    """Return a random placement of this impression type."""
    parameters = PLACEMENT[impression_type]
    turn, right, down, across, along = rng.standard_normal(5)
    wander_x, wander_y = parameters.wander_sd_px
    return Placement(
        rotation_rad=float(parameters.rotation_sd_rad * turn),
        shift_px=(float(parameters.shift_sd_px * right), float(parameters.shift_sd_px * down)),
        contact_middle_px=(float(wander_x * across), float(wander_y * along)),
        distortion=random_warp(rng, FRAME_PX, parameters.distortion_rms_px),
    )
