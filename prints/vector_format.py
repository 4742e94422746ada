"""Puts a template format together whose templates are vectors compared by their cosine."""

from __future__ import annotations

from functools import partial

from domain.templates import IndexedFormat
from prints.features.tools import FeatureTools
from prints.print_format import Comparison, PrintFormat
from prints.vectors.codec import VectorCodec
from prints.vectors.comparing import ARITHMETIC, compare
from prints.vectors.planes import plane_sketcher


def vector_format(
    index: IndexedFormat, *, near_planes: int, features: FeatureTools | None = None
) -> PrintFormat:
    """Return a format; `near_planes`: see `prints.vectors.planes.PlaneSketcher`."""
    template = index.template
    return PrintFormat(
        template=template,
        index=index,
        codec=VectorCodec(template),
        comparison=Comparison(ARITHMETIC, compare),
        sketcher=partial(plane_sketcher, dimension=template.dimension, near_planes=near_planes),
        features=features,
    )
