"""The declaration of a template format: everything that depends on how prints become templates.

A gallery has one format. `service.bootstrap` chooses it; other engines receive the parts they need
as values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from domain.arrays import Int64s
from domain.prints.captures import CaptureColumns, PrintProbe
from domain.prints.prints import FingerComparisons
from domain.prints.templates import IndexedFormat, TemplateFormat
from prints.features.tools import FeatureTools
from prints.vectors.codec import VectorCodec
from prints.vectors.comparing import ARITHMETIC, PlaneSketcher, compare, plane_sketcher


@dataclass(frozen=True, slots=True)
class Comparison:
    """The exact comparison of a probe with stored captures, on which evidence is based."""

    arithmetic: str
    """Number formats and rules of the computation, as searches record them, with a version."""
    compare: Callable[[PrintProbe, CaptureColumns, Int64s], FingerComparisons]
    """Compares a probe with the captures at these places, int64 (k,), and keeps their order.

    A tenprint probe is compared with tenprints in every finger that both sides have. In a
    comparison with marks, or of a mark, only the finger that agrees most is kept. Equal inputs
    give bit-for-bit equal results in any batch and order.
    """


@dataclass(frozen=True, slots=True, eq=False)
class PrintFormat:
    """A template format with everything that depends on it. Immutable."""

    template: TemplateFormat
    index: IndexedFormat
    """The columns of the index for the same template format."""
    codec: VectorCodec
    comparison: Comparison
    sketcher: Callable[[bytes], PlaneSketcher]
    """Returns the sketcher for a secret key. The same key gives the same sketches."""
    features: FeatureTools | None = None
    """Describing, matching and vectors from minutiae; None for templates made otherwise."""

    @property
    def label(self) -> str:
        """The form that is stored and transmitted: `name/version`."""
        return self.template.label


def vector_format(
    index: IndexedFormat, *, near_planes: int, features: FeatureTools | None = None
) -> PrintFormat:
    """Return a format of vectors.

    For `near_planes` see `prints.vectors.comparing.PlaneSketcher`.
    """
    template = index.template
    return PrintFormat(
        template=template,
        index=index,
        codec=VectorCodec(template),
        comparison=Comparison(ARITHMETIC, compare),
        sketcher=partial(plane_sketcher, dimension=template.dimension, near_planes=near_planes),
        features=features,
    )
