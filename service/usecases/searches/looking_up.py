"""The index's proposals for a probe, and for many probes at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np

from domain.errors import UnsupportedSearchError
from domain.probes import MarkProbe, mark_probe, tenprint_probe
from domain.searches import Probe, SearchType
from indexing.hits import Hits
from indexing.ranking import highest_per_person
from prints.features.parameters import DEPTH
from service.usecases.searches.comparing import print_probe
from service.usecases.services import Services


def look_up(services: Services, search_type: SearchType, probe: Probe) -> Hits:
    """Return the index's proposals; raises UnsupportedSearchError for a names enquiry."""
    if search_type is SearchType.NAMES:
        raise UnsupportedSearchError("The names enquiry has no prints: send a search instead.")
    index, k = services.gallery.index, services.policy.scored_candidates
    asked = print_probe(search_type, probe, services.print_format.template)
    if search_type.is_among_marks:
        return index.search_mark_file(asked, k=k)
    if isinstance(asked, MarkProbe):
        return _look_up_marks(services, [probe])[0]
    return index.search_tenprint(asked, k=k)


@contextmanager
def shared_look_up(
    services: Services, search_type: SearchType, probe: Probe
) -> Iterator[Callable[[], Hits]]:
    """Yield a zero-argument equivalent of `look_up`, as of the beginning of the block or later.

    Meanwhile any other look-up for this type of search serves this one too, in the same pass over
    the index. Raises UnsupportedSearchError for a names enquiry.
    """
    gathering = services.shared_look_ups.get(search_type)
    if gathering is None:
        yield partial(_look_up_now, services, search_type, probe)
        return
    alike = _LOOK_UP_ALIKE[search_type]

    def look_up_all(probes: Sequence[Probe]) -> Sequence[Hits]:
        # Now, not before: everybody here had come by now, and finds what was committed by then.
        services.gallery.catch_up()
        return alike(services, probes)

    with gathering.joined(probe) as question:
        yield partial(question.answer, look_up_all)


def _look_up_now(services: Services, search_type: SearchType, probe: Probe) -> Hits:
    services.gallery.catch_up()
    return look_up(services, search_type, probe)


def look_up_together(
    services: Services, asked: Sequence[tuple[SearchType, Probe]]
) -> tuple[Hits | None, ...]:
    """Return the index's proposals for each tenprint and each mark searched among tenprints.

    One pass over the index serves many probes for little more than one of them costs. None where
    a search is of another kind. All answers are of the gallery as it is now.
    """
    services.gallery.catch_up()
    found: dict[int, Hits] = {}
    for kind, alike in _LOOK_UP_ALIKE.items():
        places = [at for at, (asked_kind, _) in enumerate(asked) if asked_kind is kind]
        answers = alike(services, [asked[at][1] for at in places])
        found.update(zip(places, answers, strict=True))
    return tuple(found.get(at) for at in range(len(asked)))


def _look_up_tenprints(services: Services, probes: Sequence[Probe]) -> Sequence[Hits]:
    fmt = services.print_format.template
    asked = [tenprint_probe(probe.impressions, fmt) for probe in probes]
    return services.gallery.index.search_tenprints(asked, k=services.policy.scored_candidates)


def _look_up_marks(services: Services, probes: Sequence[Probe]) -> Sequence[Hits]:
    """Look up marks, and single fingers like them.

    Those of several impressions are asked by each of them, and deeper (`in_depth`).
    """
    found: dict[int, Hits] = {}
    shallow = services.policy.scored_candidates
    for is_deep, k in ((False, shallow), (True, max(shallow, DEPTH.persons))):
        places = [at for at, probe in enumerate(probes) if (len(probe.impressions) > 1) is is_deep]
        answers = (
            _look_up_impressions(services, [probes[at] for at in places], k) if places else ()
        )
        found.update(zip(places, answers, strict=True))
    return [found[at] for at in range(len(probes))]


def _look_up_impressions(services: Services, probes: Sequence[Probe], k: int) -> Sequence[Hits]:
    fmt = services.print_format.template
    asked = [mark_probe(one, fmt) for probe in probes for one in probe.impressions]
    found = iter(services.gallery.index.search_marks(asked, k=k))
    return [_most_similar([next(found) for _ in probe.impressions], k=k) for probe in probes]


def _most_similar(hits: Sequence[Hits], *, k: int) -> Hits:
    """Return the k most similar people of any of these lists, each person once."""
    if len(hits) == 1:
        return hits[0]
    persons = np.concatenate([one.person_rows for one in hits])
    encounters = np.concatenate([one.encounter_rows for one in hits])
    similarities = np.concatenate([one.similarities for one in hits])
    places = highest_per_person(similarities, lambda at: (persons[at], encounters[at]), k=k)
    return replace(
        hits[0],
        person_rows=persons[places],
        encounter_rows=encounters[places],
        similarities=similarities[places],
    )


_LOOK_UP_ALIKE = {SearchType.TP_TP: _look_up_tenprints, SearchType.LT_TP: _look_up_marks}
"""How many searches of one type are looked up in one pass over the index."""
