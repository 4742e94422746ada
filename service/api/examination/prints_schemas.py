"""The picture of one print, told in numbers: its size, its origin and its minutiae."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from domain.minutiae import Minutia, MinutiaKind
from service.api.base import Answer
from service.ports.print_images import PrintOrigin


class MinutiaAnswer(Answer):
    """One minutia, in pixels of the picture."""

    x_px: float
    y_px: float
    angle_rad: float
    kind: MinutiaKind

    @classmethod
    def of(cls, minutia: Minutia) -> Self:
        """Return the answer for a minutia, rounded as finely as a picture shows it."""
        return cls.showing(
            minutia,
            x_px=round(minutia.x_px, 1),
            y_px=round(minutia.y_px, 1),
            angle_rad=round(minutia.angle_rad, 3),
        )


class PrintAnswer(Answer):
    """One print of a probe or an exemplar."""

    origin: PrintOrigin = Field(description="`none`: the picture is a placeholder.")
    width_px: int
    height_px: int
    dpi: int
    minutiae: tuple[MinutiaAnswer, ...]
