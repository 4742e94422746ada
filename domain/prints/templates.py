"""Template formats, how an index stores them, and templates remade from pictures."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.errors import InvalidTemplateError, UnknownTemplateFormatError
from domain.ids import GenerationId, UserId


@dataclass(frozen=True, slots=True)
class TemplateFormat:
    """The format of a template. Templates of different formats are never compared."""

    name: str
    version: int
    dimension: int
    """The number of values in a template."""
    label: str = field(init=False)
    """The form that is stored and transmitted: `name/version`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", f"{self.name}/{self.version}")

    def other_format(self) -> UnknownTemplateFormatError:
        """Return the error for a template of another format."""
        return UnknownTemplateFormatError(
            f"This gallery holds only {self.label} templates: send these."
        )

    def other_dimension(self) -> InvalidTemplateError:
        """Return the error for a template with another number of values."""
        return InvalidTemplateError(
            f"The template has the wrong number of values: a template of {self.label} must"
            f" have {self.dimension}."
        )


@dataclass(frozen=True, slots=True)
class CodeShape:
    """A finger as 4-bit codes: `parts` groups of `part_dimension` leading components."""

    parts: int
    """The groups of a finger, 4 bits each. The number is even, so that bytes are filled."""
    part_dimension: int

    @property
    def dimension(self) -> int:
        """The number of components kept for each finger, in descending order of variance."""
        return self.parts * self.part_dimension


CODE_BYTES = 16
"""The length of the code of one neighbourhood."""


@dataclass(frozen=True, slots=True)
class NeighbourhoodCodes:
    """The codes that an index keeps of the neighbourhoods of minutiae."""

    version: str
    """Changes with whatever changes the codes. An index with other codes has to be built again."""
    minutiae: int
    """The most minutiae of a finger that are coded: the best by quality."""
    near_bits: int
    """Neighbourhoods whose codes differ in more bits are not alike at all."""


@dataclass(frozen=True, slots=True)
class IndexedFormat:
    """How an index holds a template format: the columns, and the similarity from which two fingers
    count as alike.

    The numbers follow from the distribution of cosines in one format. Each format has its own
    measurements.
    """

    template: TemplateFormat
    mark_codes: CodeShape
    """The coarse code of each finger, with which a mark is looked up."""
    tenprint_codes: CodeShape
    """The coarse code of each finger of a whole capture."""
    standout_similarity: float
    """The first candidate stands out from this sum of cosines, divided by the square root of their
    number. It is beyond the reach of impostors."""
    crossed_cosine: float
    """The cosine from which two fingers agree crosswise."""
    crossed_margin: float
    """The amount by which the crosswise cosines must exceed the straight ones."""
    codes: NeighbourhoodCodes | None = None
    """None for a format whose prints have no minutiae: its index keeps no codes of them."""

    @property
    def coded_minutiae(self) -> int:
        """The most minutiae of a finger that are coded."""
        return 0 if self.codes is None else self.codes.minutiae

    @property
    def label(self) -> str:
        """The label of the template format, with the version of the codes if there are any."""
        template = self.template.label
        return template if self.codes is None else f"{template} with codes {self.codes.version}"


@dataclass(frozen=True, slots=True)
class TemplateGeneration:
    """Templates that one set of tools remakes from the stored pictures."""

    generation_id: GenerationId
    tools: str
    """Extractor, quality meter and vector maker, each with version and digest."""
    begun_by: UserId
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class GenerationCount:
    """The progress of a generation."""

    made: int
    """The number of captures whose templates were remade."""
    kept: int
    """The number of captures with a finger that could not be read: they keep their templates."""
    waiting: int
    """The number of captures with pictures that have not been remade yet."""
    without_pictures: int
    """The number of captures that cannot be remade."""
