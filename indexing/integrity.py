"""Signs of errors in the gallery itself: one person under two names, or exchanged fingers.

Both reports list rows for a human to check. Neither changes the gallery.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from domain.arrays import Float32s, Int64s
from domain.prints.captures import FINGER_COUNT
from domain.prints.templates import IndexedFormat
from indexing.codes.columns import has_fingers
from indexing.codes.filters import EVERYTHING
from indexing.codes.rotation import lengths, probe_values
from indexing.codes.sources import Source
from indexing.files.snapshots import Snapshot
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind
from indexing.searching.questions import Question, Sought
from indexing.searching.searched import alone

_PROBES_AT_ONCE = 64
_NEIGHBOURS = 5
"""Candidates of each search, including the person whose prints are the probe."""


@dataclass(frozen=True, slots=True)
class DuplicateSuspicion:
    """Two persons whose prints are as similar as prints of one person."""

    person_rows: tuple[int, int]
    """Ascending."""
    encounter_rows: tuple[int, int]
    """The encounter of each person that was compared."""
    similarity: float
    """Sum of cosines over common fingers, divided by the square root of their number."""


@dataclass(frozen=True, slots=True)
class SwapSuspicion:
    """Two encounters of one person that match only if two fingers of one encounter are exchanged.

    The prints do not show which of the two encounters is wrong.
    """

    person_row: int
    encounter_rows: tuple[int, int]
    positions: tuple[int, int]
    crossed_cosines: tuple[float, float]
    """Cosine of the first position with the second, and of the second with the first."""
    straight_cosines: tuple[float, float]
    """Cosine of each position with the same position in the other encounter."""


def probable_duplicates(
    index: GalleryIndex, encounter_rows: Int64s, *, least_similarity: float | None = None
) -> tuple[DuplicateSuspicion, ...]:
    """Return the matches of these encounters with encounters of other persons, each pair once.

    `encounter_rows` is int64 (m,); rows not held are skipped. `least_similarity` defaults to the
    standout similarity of the template format. Makes one search for each encounter, so a nightly
    job can check the enrolments of a day. Staff are compared too.
    """
    snapshot = index.snapshot
    least = snapshot.fmt.standout_similarity if least_similarity is None else least_similarity
    found: dict[tuple[int, int], DuplicateSuspicion] = {}
    for source, places in _located(snapshot, encounter_rows):
        for start in range(0, len(places), _PROBES_AT_ONCE):
            for suspicion in _duplicates_of(snapshot, source, places[start:][:_PROBES_AT_ONCE]):
                known = found.get(suspicion.person_rows)
                if known is None or suspicion.similarity > known.similarity:
                    found[suspicion.person_rows] = suspicion
    kept = [one for one in found.values() if one.similarity >= least]
    return tuple(sorted(kept, key=lambda one: -one.similarity))


def probable_swaps(index: GalleryIndex, person_rows: Int64s) -> tuple[SwapSuspicion, ...]:
    """Return exchanged fingers between the encounters of one person, for each of these persons.

    `person_rows` is int64 (m,). A person with only one encounter is skipped.
    """
    snapshot = index.snapshot
    suspicions: list[SwapSuspicion] = []
    for person in np.unique(person_rows):
        held = _encounters_of(snapshot, int(person))
        for one, other in combinations(held, 2):
            suspicions += _swaps_between(snapshot.fmt, int(person), one, other)
    return tuple(suspicions)


def encounter_rows_of(index: GalleryIndex, person_rows: Int64s) -> Int64s:
    """Return the rows of all captures of persons, int64, ascending. `person_rows`: int64 (m,)."""
    snapshot = index.snapshot
    found = [
        source.columns.encounter_rows[places]
        for source, places in _places_of(snapshot, np.unique(person_rows))
    ]
    return np.sort(np.concatenate(found))


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    encounter_row: int
    values: Float32s
    """float32 (10, d), whole numbers."""


def _located(snapshot: Snapshot, rows: Int64s) -> Iterator[tuple[Source, Int64s]]:
    """Yield the places of these encounters, leaving out erased ones."""
    shelf = snapshot.shelves[Kind.TENPRINTS]
    for segment in shelf.segments:
        yield segment.source, segment.alive_places_of(rows)
    wanted = np.isin(shelf.tail.columns.encounter_rows, rows)
    alive = shelf.tail.alive
    yield shelf.tail, np.flatnonzero(wanted if alive is None else wanted & alive)


def _duplicates_of(
    snapshot: Snapshot, source: Source, places: Int64s
) -> Iterator[DuplicateSuspicion]:
    """Yield the most similar other person for each encounter at these places."""
    if not len(places):
        return
    # Stored vectors are already rotated.
    probes = probe_values(source.columns.vectors[places].astype(np.float32), None)
    question = Question(Sought.TENPRINTS, probes, (), EVERYTHING)
    answers = alone(snapshot).search(question, k=_NEIGHBOURS)
    for place, hits in zip(places, answers, strict=True):
        person = int(source.columns.person_rows[place])
        others = np.flatnonzero(hits.person_rows != person)
        if len(others):
            other = others[0]
            pairs = sorted(
                [
                    (person, int(source.columns.encounter_rows[place])),
                    (int(hits.person_rows[other]), int(hits.encounter_rows[other])),
                ]
            )
            yield DuplicateSuspicion(
                person_rows=(pairs[0][0], pairs[1][0]),
                encounter_rows=(pairs[0][1], pairs[1][1]),
                similarity=float(hits.similarities[other]),
            )


def _encounters_of(snapshot: Snapshot, person: int) -> list[_Held]:
    held = []
    for source, places in _places_of(snapshot, np.array([person])):
        for place in places:
            present = has_fingers(source.columns.finger_bits[place])
            values = source.columns.vectors[place].astype(np.float32) * present[:, None]
            held.append(_Held(int(source.columns.encounter_rows[place]), values))
    return sorted(held, key=lambda one: one.encounter_row)


def _places_of(snapshot: Snapshot, person_rows: Int64s) -> Iterator[tuple[Source, Int64s]]:
    """Yield the places of the captures of these persons, leaving out erased ones."""
    shelf = snapshot.shelves[Kind.TENPRINTS]
    found = [(s.source, s.places_of_persons(person_rows)) for s in shelf.segments]
    in_tail = np.isin(shelf.tail.columns.person_rows, person_rows)
    found.append((shelf.tail, np.flatnonzero(in_tail)))
    for source, places in found:
        yield source, places if source.alive is None else places[source.alive[places]]


def _swaps_between(
    fmt: IndexedFormat, person: int, one: _Held, other: _Held
) -> Iterator[SwapSuspicion]:
    sizes = lengths(one.values)[:, None] * lengths(other.values)[None, :]
    cosines = (one.values @ other.values.T) / np.maximum(sizes, 1)
    for first, second in combinations(range(FINGER_COUNT), 2):
        crossed = (float(cosines[first, second]), float(cosines[second, first]))
        straight = (float(cosines[first, first]), float(cosines[second, second]))
        if min(crossed) >= max(fmt.crossed_cosine, max(straight) + fmt.crossed_margin):
            yield SwapSuspicion(
                person_row=person,
                encounter_rows=(one.encounter_row, other.encounter_row),
                positions=(first + 1, second + 1),
                crossed_cosines=crossed,
                straight_cosines=straight,
            )
