"""`identlink-minutiae-192/1`: vectors of 192 values, made from the minutiae of images.

Minutiae come from an extractor (`service.ports.print_reading`), which a capture names together
with the format. The vector is made by `prints.features.vectors`, and candidates are compared again
by `prints.features.matching`. identlink has no evidence model for this format. Until a model is
fitted on prints of the same kind, candidates are ranked, but have no bits.
"""

from domain.prints.templates import CodeShape, IndexedFormat, TemplateFormat
from prints.features.codes import code_format
from prints.features.tools import feature_tools
from prints.print_format import vector_format

FORMAT = vector_format(
    IndexedFormat(
        template=TemplateFormat(name="identlink-minutiae-192", version=1, dimension=192),
        # As for the other format of 192 values: the variance of the values falls here too.
        mark_codes=CodeShape(parts=64, part_dimension=2),
        tenprint_codes=CodeShape(parts=16, part_dimension=4),
        # `python -m benchmarks prints`: the highest value in 80 searches with ten fingers
        # among 5,000 invented persons was 0.92. The rest is a margin for larger galleries.
        standout_similarity=1.1,
        # The highest value of single fingers was 0.74. A swap needs two at once.
        crossed_cosine=0.65,
        crossed_margin=0.2,
        codes=code_format(),
    ),
    # A cosine above about 0.957, as in the other format. The same image gives 1.
    near_planes=24,
    features=feature_tools(),
)
