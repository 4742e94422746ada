"""A sample of a lot: the draw, and its units with their readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.conversion.form import CLASS_OF, ErrorClass, FormField, Written
from domain.ids import FrameId, UserId


@dataclass(frozen=True, slots=True)
class DrawnUnit:
    """One field of one frame in a sample."""

    place: int
    """In the order in which the sample is read, from 1."""
    frame_id: FrameId
    field: FormField
    seeded: Written | None = None
    """The wrong value that is shown instead of the settled one; None: it is shown itself."""
    is_seeded: bool = False
    is_right: bool | None = None
    """Whether the sampler found it right; None until it is read."""
    read_by: UserId | None = None

    @property
    def error_class(self) -> ErrorClass:
        """The class of an error in it."""
        return CLASS_OF[self.field]


@dataclass(frozen=True, slots=True)
class Draw:
    """The sample of a lot in a round."""

    round: int
    draw: int
    """From 1; another is drawn where the reader of one missed too many seeded errors."""
    seed: int
    drawn_by: UserId
    drawn_at: datetime
