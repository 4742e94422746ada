"""The template formats of the tests."""

from __future__ import annotations

from domain.prints.templates import CodeShape, IndexedFormat, TemplateFormat
from prints.print_format import vector_format
from prints.registry import FORMATS, Registry

FORMAT = FORMATS.default
"""The format of most tests."""

SECOND_FORMAT = vector_format(
    IndexedFormat(
        template=TemplateFormat(name="identlink-test-64", version=1, dimension=64),
        mark_codes=CodeShape(parts=32, part_dimension=2),
        tenprint_codes=CodeShape(parts=16, part_dimension=4),
        standout_similarity=1.2,
        crossed_cosine=0.6,
        crossed_margin=0.15,
    ),
    near_planes=24,
)
"""A format that no model is fitted on, of another dimension."""

BOTH_FORMATS = Registry((*FORMATS.formats, SECOND_FORMAT))
