"""Puts a template format together whose templates are vectors compared by their cosine."""

from __future__ import annotations

from functools import partial

from domain.templates import IndexedFormat
from prints.print_format import Comparison, PrintFormat
from prints.vectors.codec import VectorCodec
from prints.vectors.comparing import ARITHMETIC, compare
from prints.vectors.planes import plane_sketcher


def vector_format(index: IndexedFormat, *, near_planes: int) -> PrintFormat:
    """Return a format; `near_planes`: see `prints.vectors.planes.PlaneSketcher`."""
    dimension = index.template.dimension
    return PrintFormat(
        index=index,
        codec=VectorCodec(index.template),
        comparison=Comparison(ARITHMETIC, compare),
        sketcher=partial(plane_sketcher, dimension=dimension, near_planes=near_planes),
    )
