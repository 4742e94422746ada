"""Template formats, how an index holds them, and templates made again from pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.errors import InvalidTemplateError, UnknownTemplateFormatError
from domain.ids import GenerationId, UserId


@dataclass(frozen=True, slots=True)
class TemplateFormat:
    """The origin of a template. Templates of different formats are never compared."""

    name: str
    version: int
    dimension: int
    """Values of a template."""
    label: str = field(init=False)
    """The form that travels and is stored: `name/version`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", f"{self.name}/{self.version}")

    def other_format(self) -> UnknownTemplateFormatError:
        """Return the refusal of a template of another format."""
        return UnknownTemplateFormatError(f"This gallery only holds {self.label} templates.")

    def other_dimension(self) -> InvalidTemplateError:
        """Return the refusal of a template with another number of values."""
        return InvalidTemplateError(
            f"The template has the wrong number of values: {self.label} has {self.dimension}."
        )


@dataclass(frozen=True, slots=True)
class CodeShape:
    """How a finger becomes 4-bit codes: `parts` groups of `part_dimension` leading components."""

    parts: int
    """Groups of one finger, each coded in 4 bits; even, so that a finger fills whole bytes."""
    part_dimension: int
    """Components in a group."""

    @property
    def dimension(self) -> int:
        """Components kept of each finger, in falling order of variance."""
        return self.parts * self.part_dimension


@dataclass(frozen=True, slots=True)
class IndexedFormat:
    """A template format as an index holds it: the columns, and where two fingers count as alike.

    The numbers follow from the distribution of cosines of one format; each format measures its
    own.
    """

    template: TemplateFormat
    mark_codes: CodeShape
    """The coarse code of each finger, which a mark is looked up by."""
    tenprint_codes: CodeShape
    """The coarse code of each finger of a whole capture."""
    standout_similarity: float
    """Sum of cosines over the square root of their number from which a leader stands out: beyond
    the reach of impostors."""
    crossed_cosine: float
    """Cosine from which two fingers agree crosswise."""
    crossed_margin: float
    """How much higher the crosswise cosines must be than the straight ones."""


@dataclass(frozen=True, slots=True)
class TemplateGeneration:
    """Templates that one set of tools makes again from the pictures that are kept."""

    generation_id: GenerationId
    tools: str
    """Extractor, quality meter and vector maker, each with version and digest."""
    begun_by: UserId
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class GenerationCount:
    """How far a generation is."""

    made: int
    """Captures whose templates were made again."""
    kept: int
    """Captures of which the tools could not read every finger: they keep their templates."""
    waiting: int
    """Captures with pictures that are not made again yet."""
    without_pictures: int
    """Captures that cannot be made again."""
