"""Checking a probe, looking it up in the index, and comparing it exactly with stored captures."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import assert_never

import numpy as np

from domain.arrays import Float32s, Int64s
from domain.errors import EmptyProbeError, UnsupportedSearchError
from domain.prints.captures import (
    FINGER_COUNT,
    CaptureColumns,
    MarkProbe,
    PrintProbe,
    TenprintProbe,
    mark_probe,
    tenprint_probe,
)
from domain.prints.prints import FingerComparisons, Impression, ImpressionType, check_positions
from domain.prints.templates import TemplateFormat
from domain.searches.searches import Probe, SearchType
from domain.searches.strangers import OwnStrangers
from indexing.searching.hits import Hits
from indexing.searching.ranking import highest_per_person, tenprint_similarities
from prints.features.parameters import DEPTH
from prints.print_format import PrintFormat
from service.storage.people.gallery_feed import HeldTemplates
from service.usecases.services import Services


def check_probe(search_type: SearchType, probe: Probe) -> None:
    """Refuse a probe that does not fit the type of search.

    Raises EmptyProbeError, UnsupportedSearchError, DuplicatePositionError.
    """
    if not probe.impressions and probe.details.is_empty:
        raise EmptyProbeError("The search is empty: give fingers, personal details or both.")
    match search_type:
        case SearchType.TP_TP | SearchType.TP_LT:
            _check_tenprint(probe.impressions)
        case SearchType.LT_TP | SearchType.LT_LT:
            _check_mark(probe.impressions)
        case SearchType.NAMES:
            if probe.impressions:
                raise UnsupportedSearchError("The names enquiry contains fingers: leave them out.")
        case _:
            assert_never(search_type)


def _check_tenprint(impressions: tuple[Impression, ...]) -> None:
    if not impressions:
        raise UnsupportedSearchError("The tenprint search has no finger: add at least one.")
    if any(
        impression.impression_type is ImpressionType.LATENT or not impression.position
        for impression in impressions
    ):
        raise UnsupportedSearchError(
            "A finger is latent or has no position: send rolled or plain fingers "
            "with their positions for a tenprint search."
        )
    check_positions(impressions)


def _check_mark(impressions: tuple[Impression, ...]) -> None:
    if len(impressions) != 1 or impressions[0].impression_type is not ImpressionType.LATENT:
        raise UnsupportedSearchError("The search has the wrong impressions: send one mark.")


def compare(
    fmt: PrintFormat,
    search_type: SearchType,
    probe: Probe,
    held: HeldTemplates,
    encounter_rows: Sequence[int],
) -> FingerComparisons:
    """Return the comparisons of a probe with stored encounters; see `compare_prints`."""
    asked = print_probe(search_type, probe, fmt.template)
    return compare_prints(fmt, search_type, asked, held, encounter_rows, probe.own)


def compare_prints(
    fmt: PrintFormat,
    search_type: SearchType,
    asked: PrintProbe,
    held: HeldTemplates,
    encounter_rows: Sequence[int],
    own: OwnStrangers | None = None,
) -> FingerComparisons:
    """Return the comparisons of prints with stored encounters, in the order of `encounter_rows`.

    With `own`, the excess of people who resemble everybody is subtracted. Every row must be in
    `held`. As in the index, a tenprint searched among tenprints compares every finger that both
    sides have. A mark, and any search of the unsolved mark file, keeps only the finger that agrees
    most.
    """
    batch = held.marks if search_type.is_among_marks else held.tenprints
    place_of = {row: place for place, row in enumerate(batch.encounter_rows.tolist())}
    places = np.array([place_of[row] for row in encounter_rows], dtype=np.int64)
    return compare_at(fmt, asked, batch.captures, places, own)


def compare_at(
    fmt: PrintFormat,
    asked: PrintProbe,
    captures: CaptureColumns,
    places: Int64s,
    own: OwnStrangers | None,
) -> FingerComparisons:
    """Return the comparisons of prints with the captures at `places`; see `compare_prints`."""
    found = fmt.comparison.compare(asked, captures, places)
    if own is None or not own.fingers.any():
        return found
    everybody = TenprintProbe(own.units, own.fingers, np.zeros(FINGER_COUNT, dtype=np.uint8))
    alike = fmt.comparison.compare(everybody, captures, places)
    less = found.cosines - own.excess(alike.cosines)
    return replace(found, cosines=np.maximum(less, np.float32(-1)))


def similarities(search_type: SearchType, comparisons: FingerComparisons) -> Float32s:
    """Return the similarities by which the index ranks, float32 (n,).

    For tenprints among tenprints it is a sum over fingers, otherwise the best finger.
    """
    if search_type is SearchType.TP_TP:
        return tenprint_similarities(comparisons.cosines)
    compared = np.where(np.isnan(comparisons.cosines), np.float32(-np.inf), comparisons.cosines)
    return np.asarray(compared.max(axis=1), dtype=np.float32)


def print_probe(search_type: SearchType, probe: Probe, fmt: TemplateFormat) -> PrintProbe:
    """Return a probe's prints as arrays; see `tenprint_probe`, `mark_probe` for errors."""
    if search_type.has_tenprint_probe:
        return tenprint_probe(probe.impressions, fmt)
    return mark_probe(probe.impressions[0], fmt)


def look_up(services: Services, search_type: SearchType, probe: Probe) -> Hits:
    """Return the index's proposals. Raises UnsupportedSearchError for a names enquiry."""
    if search_type is SearchType.NAMES:
        raise UnsupportedSearchError(
            "A names enquiry has no prints to look up: use a search with prints."
        )
    index, k = services.gallery.index, services.policy.scored_candidates
    asked = print_probe(search_type, probe, services.print_format.template)
    if search_type.is_among_marks:
        return index.search_mark_file(asked, k=k)
    if isinstance(asked, MarkProbe):
        return _look_up_marks(services, [probe])[0]
    return _look_up_tenprints(services, [probe])[0]


@contextmanager
def shared_look_up(
    services: Services, search_type: SearchType, probe: Probe
) -> Iterator[Callable[[], Hits]]:
    """Yield a function that does the same as `look_up`, as of the start of the block or later.

    Meanwhile, if another search of this type looks up the index, it also looks up this probe, in
    the same pass. Raises UnsupportedSearchError for a names enquiry.
    """
    gathering = services.shared_look_ups.get(search_type)
    if gathering is None:
        yield partial(_look_up_now, services, search_type, probe)
        return
    alike = _LOOK_UP_ALIKE[search_type]

    def look_up_all(probes: Sequence[Probe]) -> Sequence[Hits]:
        # Catch up now, not earlier: every search here has already joined, so each finds what was
        # committed before it joined.
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
    """Return the index's proposals for each tenprint or mark searched among tenprints.

    One pass over the index for many probes costs little more than for one. The result is None for
    other types of search. All results are from the gallery as it is now.
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
    index, k = services.gallery.index, services.policy.scored_candidates
    own = index.cohorts.own()
    return [replace(one, own=own) for one in index.search_tenprints(asked, k=k, own=own)]


def _look_up_marks(services: Services, probes: Sequence[Probe]) -> Sequence[Hits]:
    """Look up marks, and single fingers in the same way.

    A probe with several impressions is looked up with each of them, and more deeply (`in_depth`).
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
    """Return the k most similar people from all these lists, each person once."""
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
"""The functions that look up many searches of one type in one pass over the index."""
