"""`identlink-synthetic-192/1`: the synthetic vectors of `data.synthetic`, 192 values each.

Cosines between fingers of different people are distributed around 0, with a standard deviation of
about 0.11. The settings in this module were measured by `python -m benchmarks candidates`, `scale`
and `integrity` on tuning queries (seed 1). The reasons for choosing them are in
`docs/adr/0003-exhaustive-fast-scan.md`.
"""

from domain.prints.templates import CodeShape, IndexedFormat, TemplateFormat
from prints.print_format import vector_format

FORMAT = vector_format(
    IndexedFormat(
        template=TemplateFormat(name="identlink-synthetic-192", version=1, dimension=192),
        # 32 bytes per finger.
        mark_codes=CodeShape(parts=64, part_dimension=2),
        # 8 bytes per finger, 80 bytes per encounter.
        tenprint_codes=CodeShape(parts=16, part_dimension=4),
        # The highest impostor value in 400 searches among 100,000 persons was 0.63: about six
        # standard deviations.
        standout_similarity=0.85,
        # Four standard deviations of impostors, and a swap needs two at once.
        crossed_cosine=0.45,
        crossed_margin=0.15,
    ),
    # A cosine above about 0.957. Another capture of the same finger has about 0.91 (median).
    # Prints of two people rarely have more than 0.5, which is 85 planes.
    near_planes=24,
)
