"""A search finds what exact search finds, whatever law the templates follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.evidencing.other_laws import LAWS
from benchmarks.search.contest import exact_ranks, ranks_in
from benchmarks.search.datasets import (
    FORMAT,
    TENPRINT_KINDS,
    Dataset,
    Purpose,
    encounters,
    tenprint_queries,
)
from indexing.gallery_index import GalleryIndex
from indexing.parameters import IndexLimits

PEOPLE, SEARCHES = 5_000, 60
LIMITS = IndexLimits(tail=256, codec_minimum=1_024, codec_sample=2_048)
FEW_FINGERS = TENPRINT_KINDS[5]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.dear("searches galleries of thousands exhaustively")
def test_mates_that_exact_search_lists_are_listed(law: str, tmp_path: Path) -> None:
    dataset = Dataset(PEOPLE, 4, law)
    queries = tenprint_queries(dataset, FEW_FINGERS, dataset.queried(Purpose.REPORTING, SEARCHES))
    (exact,), _ = exact_ranks(dataset, [queries], [])
    index = GalleryIndex.open(
        tmp_path / "index",
        template_format=FORMAT.index,
        key=None,
        threads=1,
        limits=LIMITS,
    )
    for number, captures in enumerate(dataset.chunks(), 1):
        index.add(encounters(captures), cursor=number)
    index.compact()

    hits = index.search_tenprints(queries.tenprints(), k=100)
    index.close()

    found = ranks_in([one.person_rows for one in hits], queries.persons)
    assert index.codec is not None
    assert np.count_nonzero((exact < 100) & (found >= 100)) <= 1
