"""Whom the index proposes for a probe, and for many probes at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from domain.errors import UnsupportedSearchError
from domain.searches import Probe, SearchType
from indexing.hits import Hits
from indexing.probes import mark_probe, tenprint_probe
from service.usecases.services import Services


def look_up(services: Services, search_type: SearchType, probe: Probe) -> Hits:
    """Return whom the index proposes; raises UnsupportedSearchError for a names enquiry."""
    index, k = services.gallery.index, services.policy.scored_candidates
    first = probe.impressions[0]
    match search_type:
        case SearchType.TP_TP:
            return index.search_tenprint(tenprint_probe(probe.impressions), k=k)
        case SearchType.LT_TP:
            return index.search_mark(mark_probe(first), k=k)
        case SearchType.TP_LT:
            return index.search_mark_file(tenprint_probe(probe.impressions), k=k)
        case SearchType.LT_LT:
            return index.search_mark_file(mark_probe(first), k=k)
        case SearchType.NAMES:
            raise UnsupportedSearchError("A names enquiry has no prints to search with.")
        case _:
            assert_never(search_type)


def look_up_together(
    services: Services, asked: Sequence[tuple[SearchType, Probe]]
) -> tuple[Hits | None, ...]:
    """Return whom the index proposes for each tenprint and each mark searched among tenprints.

    One pass over the index serves many probes for little more than one of them costs. None where
    a search is of another kind. All answers are of the gallery as it is now.
    """
    services.gallery.catch_up()
    index, k = services.gallery.index, services.policy.scored_candidates
    tenprints = [at for at, (kind, _) in enumerate(asked) if kind is SearchType.TP_TP]
    marks = [at for at, (kind, _) in enumerate(asked) if kind is SearchType.LT_TP]
    found = dict(
        zip(
            [*tenprints, *marks],
            [
                *index.search_tenprints(
                    [tenprint_probe(asked[at][1].impressions) for at in tenprints], k=k
                ),
                *index.search_marks(
                    [mark_probe(asked[at][1].impressions[0]) for at in marks], k=k
                ),
            ],
            strict=True,
        )
    )
    return tuple(found.get(at) for at in range(len(asked)))
