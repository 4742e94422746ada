"""`identlink-minutiae-192/1`: vectors of 192 values, made of the minutiae of images.

Minutiae come from an extractor (`service.ports.extraction`), which a capture names beside the
format; the vector is `prints.features.vectors`, and candidates are compared again by
`prints.features.matching`. No model of evidence comes with identlink for this format: candidates
stand in order, without bits, until one is fitted on prints of the same kind.
"""

from __future__ import annotations

from domain.templates import CodeShape, IndexedFormat, TemplateFormat
from prints.features.tools import feature_tools
from prints.vector_format import vector_format

FORMAT = vector_format(
    IndexedFormat(
        template=TemplateFormat(name="identlink-minutiae-192", version=1, dimension=192),
        # As for the other format of 192 values; the values fall in variance here too.
        mark_codes=CodeShape(parts=64, part_dimension=2),
        tenprint_codes=CodeShape(parts=16, part_dimension=4),
        standout_similarity=1.5,
        crossed_cosine=0.6,
        crossed_margin=0.2,
    ),
    near_planes=24,
    features=feature_tools(),
)
