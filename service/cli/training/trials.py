"""Searches with known answers, made by the generator for calibration and evaluation.

Every third person is kept out of the gallery. So people who are not in the gallery have relatives
in it, and a borrowed identity may belong to a person in it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.synthetic.blocks import impressions_of
from data.synthetic.bookings import Booking, Claim
from data.synthetic.captures import CaptureArrays, take_captures
from data.synthetic.parameters import TEMPLATE_FORMAT, CaptureProfile
from data.synthetic.population import Population
from domain.arrays import Bools, Float32s, Int64s
from domain.people.people import Details
from domain.prints.captures import CaptureColumns
from domain.prints.prints import FingerComparisons, FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe
from domain.searches.strangers import Strangers
from matching.enquiry.index import NamesIndex
from matching.parameters import FALSE_IDENTITY_RATE
from matching.policy import Mode
from matching.print_parameters import COHORT_PEOPLE
from matching.training.exact_search import (
    Draw,
    compare_mark,
    compare_tenprint,
    draw_people,
    mark_scores,
    nearest,
    tenprint_scores,
)
from matching.training.inputs import Trial, TrialSet

FINGER_SETS = {"one finger": (2,), "two fingers": (2, 7), "ten fingers": tuple(range(1, 11))}
"""The fingers of each kind of tenprint trial: a right index, both index fingers, all ten."""

HELD_OUT_EVERY = 3
"""One in this many people is not in the gallery."""

RANDOM_OTHERS = 10
"""Random people scored in each trial beside those proposed, to include ordinary pairs."""

_BORROWED_SHARE = 0.65
"""Share of false identities that are borrowed, as in the generator; the rest are invented."""

_BATCH = 512


@dataclass(frozen=True, slots=True, eq=False)
class TrialGallery:
    """n enrolled people: their numbers int64 (n,), first captures, and details on record."""

    numbers: Int64s
    captures: CaptureColumns
    details: tuple[Details, ...]

    def strangers(self, vectors: Float32s, presence: Bools) -> Strangers:
        """Return a capture's cosines with a cohort of strangers; float32 (10, d), bool (10,)."""
        cohort = self.captures.vectors[:COHORT_PEOPLE]
        compared = self.captures.presence[:COHORT_PEOPLE] & presence
        return Strangers.of(np.einsum("mfd,fd->fm", cohort, vectors, optimize=True), compared.T)

    def mark_strangers(self, vector: Float32s) -> Strangers:
        """Return the strangers' cosines of a mark, float32 (d,), with all fingers of a cohort."""
        cohort = self.captures.vectors[:COHORT_PEOPLE] @ vector
        return Strangers.of_mark(cohort[self.captures.presence[:COHORT_PEOPLE]])


@dataclass(frozen=True, slots=True, eq=False)
class TenprintSearches:
    """The data for tenprint trials; `name` is a key of FINGER_SETS.

    `probed`: int64 (n,), numbers of people. `said`: a later booking of every person, by number.
    """

    name: str
    probed: Int64s
    said: Sequence[Booking]
    candidates: int
    law: Callable[[Float32s, Int64s], Float32s] | None = None
    """A further change of these people's templates, float32 (n, 10, d); None for no change."""
    impression: ImpressionType = ImpressionType.PLAIN
    profile: CaptureProfile = CaptureProfile.CONTROLLED


def held_details(population: Population, start: int, stop: int) -> list[Details]:
    """Return the details in people's records; empty if there is no record."""
    records = population.records(start, stop)
    return [Details() if record is None else record.details for record in records]


def is_held_out(number: int) -> bool:
    """Return whether a person is kept out of the gallery."""
    return number % HELD_OUT_EVERY == HELD_OUT_EVERY - 1


def trial_gallery(population: Population, total: int) -> TrialGallery:
    """Return the gallery of people 0 to total - 1, without every third person."""
    numbers = np.array([n for n in range(total) if not is_held_out(n)], dtype=np.int64)
    held = held_details(population, 0, total)
    return TrialGallery(
        numbers=numbers,
        captures=_plain(take_captures(population.templates(0, total), numbers)),
        details=tuple(held[number] for number in numbers.tolist()),
    )


def mixed_claims(
    population: Population, total: int, *, false_share: float = FALSE_IDENTITY_RATE
) -> list[Booking]:
    """Return a later booking of each person; a share of them give a false identity."""
    borrowed = false_share * _BORROWED_SHARE
    by_claim = {claim: population.later_bookings(0, total, claim=claim) for claim in Claim}
    # Spread over the numbers by a fixed stride, coprime to the stride of the people held out.
    shares = np.arange(total) * 7919 % 10_007 / 10_007
    claims = np.where(shares < borrowed, 1, np.where(shares < false_share, 2, 0))
    order = (Claim.HONEST, Claim.BORROWED, Claim.INVENTED)
    return [by_claim[order[claim]][number] for number, claim in enumerate(claims.tolist())]


def tenprint_trials(
    population: Population, gallery: TrialGallery, searches: TenprintSearches
) -> TrialSet:
    """Return one search by prints for each person probed, with the details they gave."""
    fingers = np.array(FINGER_SETS[searches.name], dtype=np.int64) - 1
    trials: list[Trial] = []
    for numbers in _batches(searches.probed):
        captures = population.probe_templates(
            numbers, searches.impression, profile=searches.profile
        )
        probes = _plain(captures, fingers)
        if searches.law is not None:
            probes = replace(probes, vectors=searches.law(probes.vectors, numbers))
        found = nearest(tenprint_scores(probes, gallery.captures, fingers), searches.candidates)
        for row, number in enumerate(numbers.tolist()):
            impressions = _impressions(captures, row, probes.presence[row])
            if impressions:
                said = searches.said[number].said
                draw = draw_beside(gallery, found[row], number)
                compared = compare_tenprint(
                    probes.vectors[row], probes.presence[row], gallery.captures, draw.rows
                )
                strangers = gallery.strangers(probes.vectors[row], probes.presence[row])
                probe = Probe(impressions, said, strangers)
                trials.append(trial_of(probe, draw, compared, number))
    return TrialSet(searches.name, Mode.TENPRINT, gallery.details, trials)


def names_index(gallery: TrialGallery) -> NamesIndex:
    """Return the index of the names in a gallery."""
    index = NamesIndex()
    index.add(np.arange(len(gallery.numbers), dtype=np.int64), gallery.details)
    return index


def _plain(captures: CaptureArrays, fingers: Int64s | None = None) -> CaptureColumns:
    """Return captures as plain arrays, with only these fingers if any are given."""
    kept = captures.prints.presence.copy()
    if fingers is not None:
        kept &= np.isin(np.arange(kept.shape[1]), fingers)
    return replace(captures.prints, presence=kept)


def _impressions(captures: CaptureArrays, row: int, kept: Bools) -> tuple[Impression, ...]:
    return tuple(one for one in impressions_of(captures, row) if kept[one.position - 1])


def mark_trials(
    population: Population, gallery: TrialGallery, probed: Int64s, *, candidates: int
) -> TrialSet:
    """Return one search for each person probed: a mark of an unknown finger, no details."""
    trials: list[Trial] = []
    for numbers in _batches(probed):
        captures = population.probe_templates(numbers, ImpressionType.LATENT)
        # The finger cycles with the person's number; if it is missing, the next finger is taken.
        order = (numbers[:, None] + np.arange(10)) % 10
        first = np.take_along_axis(captures.prints.presence, order, axis=1).argmax(axis=1)
        fingers = order[np.arange(len(numbers)), first]
        vectors = captures.prints.vectors[np.arange(len(numbers)), fingers]
        found = nearest(mark_scores(vectors, gallery.captures), candidates)
        for row, number in enumerate(numbers.tolist()):
            mark = _mark(captures, row, int(fingers[row]))
            draw = draw_beside(gallery, found[row], number)
            compared = compare_mark(vectors[row], gallery.captures, draw.rows)
            probe = Probe((mark,), Details(), gallery.mark_strangers(vectors[row]))
            trials.append(trial_of(probe, draw, compared, number))
    return TrialSet("marks", Mode.MARK, gallery.details, trials)


def _mark(captures: CaptureArrays, row: int, finger: int) -> Impression:
    return Impression(
        position=FingerPosition.UNKNOWN,
        impression_type=ImpressionType.LATENT,
        quality=int(captures.prints.qualities[row, finger]),
        vector=captures.prints.vectors[row, finger],
        fmt=TEMPLATE_FORMAT,
    )


def names_trials(
    gallery: TrialGallery, probed: Int64s, said: Sequence[Booking], *, candidates: int
) -> TrialSet:
    """Return one names enquiry for each person probed."""
    index = names_index(gallery)
    trials = []
    for number in probed.tolist():
        details = said[number].said
        draw = draw_beside(gallery, index.candidates(details, candidates), number)
        if not details.is_empty:
            probe = Probe((), details, words=index.words(details))
            trials.append(trial_of(probe, draw, None, number))
    return TrialSet("names", Mode.NAMES, gallery.details, trials)


def draw_beside(gallery: TrialGallery, proposed: Int64s, number: int) -> Draw:
    """Return the people scored in a trial: those proposed, the mate, and others at random."""
    mate, size = mate_row(gallery, number), len(gallery.numbers)
    return draw_people(proposed, mate, gallery_size=size, others=RANDOM_OTHERS, start=number)


def trial_of(probe: Probe, draw: Draw, compared: FingerComparisons | None, number: int) -> Trial:
    """Return the trial of a probe, which was compared with the people drawn."""
    return Trial(
        probe,
        draw.rows,
        draw.weights,
        compared,
        mate=draw.mate,
        is_mate_proposed=draw.is_mate_proposed,
        number=number,
    )


def _batches(rows: Int64s) -> Iterator[Int64s]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def mate_row(gallery: TrialGallery, number: int) -> int:
    """Return the gallery row of a person; -1 for a person who is not in the gallery."""
    row = int(np.searchsorted(gallery.numbers, number))
    return row if row < len(gallery.numbers) and gallery.numbers[row] == number else -1
