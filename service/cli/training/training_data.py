"""Generated people to fit models on; the generator uses separate seeds for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from data.synthetic.captures import CaptureArrays, merge_captures
from data.synthetic.names.world import HELD_OUT, draw_pair, world_origins
from data.synthetic.parameters import CaptureProfile
from data.synthetic.population import Population
from domain.arrays import Float64s, Int64s
from domain.people.people import Details
from domain.prints.captures import CaptureColumns
from domain.prints.prints import ImpressionType
from domain.searches.strangers import Strangers
from matching.biometric import PAIRINGS
from matching.parameters import CALIBRATION_SEED, TRAIN_SEED
from matching.print_parameters import COHORT_PEOPLE
from matching.training.inputs import (
    DetailsSample,
    MatedFingers,
    PairingSample,
    PrintInputs,
    StrangerSample,
    TrainingInputs,
    TrialSet,
)
from matching.training.stranger_counts import count_strangers, merged_counts
from service.cli.training import trials


def print_strangers(pairs: Sequence[tuple[CaptureColumns, CaptureColumns]]) -> StrangerSample:
    """Compare each finger with the same finger of all other people, pair by pair, and count."""
    counted: list[tuple[Int64s, Int64s]] = []
    moments: list[Float64s] = []
    for first, second in pairs:
        own = print_moments(first, second)
        moments.append(own[first.presence])
        counted += [
            _one_finger(first, second, (finger, finger), own[:, finger])
            for finger in range(own.shape[1])
        ]
    return _sample(counted, moments)


def mark_strangers(latents: CaptureColumns, held: CaptureColumns, *, marks: int) -> StrangerSample:
    """Compare the latents of `marks` people with every finger of others, and count."""
    counted: list[tuple[Int64s, Int64s]] = []
    moments: list[Float64s] = []
    cohort = held.vectors[:COHORT_PEOPLE].reshape(-1, held.dimension)
    present = held.presence[:COHORT_PEOPLE].reshape(-1)
    for finger in range(latents.presence.shape[1]):
        cosines = latents.vectors[:marks, finger] @ cohort[present].T
        own = np.array([Strangers.of_mark(row).moments()[0] for row in cosines])
        moments.append(own[latents.presence[:marks, finger]])
        counted += [
            _one_finger(latents, held, (finger, other), own)
            for other in range(held.presence.shape[1])
        ]
    return _sample(counted, moments)


def print_moments(probes: CaptureColumns, held: CaptureColumns) -> Float64s:
    """Return float64 (n, 10, 2): for each finger, mean and standard deviation of its cosines with
    the first people in `held`.
    """
    present = held.presence[:COHORT_PEOPLE].T
    vectors = held.vectors[:COHORT_PEOPLE].transpose(1, 2, 0)
    found = []
    for start in range(0, len(probes), 256):
        part = probes.vectors[start : start + 256].transpose(1, 0, 2)
        found += [Strangers.of(one, present).moments() for one in (part @ vectors).swapaxes(0, 1)]
    return np.array(found)


def _one_finger(
    probes: CaptureColumns, held: CaptureColumns, pair: tuple[int, int], moments: Float64s
) -> tuple[Int64s, Int64s]:
    """Compare one finger of the first people with one finger of everybody, and count the scores.

    `pair[0]` is the finger of the first people, `pair[1]` that of everybody.
    """
    rows = np.flatnonzero(probes.presence[: len(moments), pair[0]])
    columns = np.flatnonzero(held.presence[:, pair[1]])
    own = np.full(len(held), -1, dtype=np.int64)
    own[columns] = np.arange(len(columns))
    return count_strangers(
        probes.vectors[rows, pair[0]],
        held.vectors[columns, pair[1]],
        own[rows],
        moments=moments[rows],
    )


def _sample(
    counted: Iterable[tuple[Int64s, Int64s]], moments: Sequence[Float64s]
) -> StrangerSample:
    bodies, tails = zip(*counted, strict=True)
    merged = merged_counts(np.sum(bodies, axis=0), np.sum(tails, axis=0))
    own = np.concatenate(moments)
    mean = own[:, 0].mean()
    spread = np.sqrt(np.square(own).sum(axis=1).mean() - mean**2)
    return StrangerSample(merged, np.array([mean, spread]))


@dataclass(frozen=True, slots=True)
class TrainingSize:
    """The numbers of people and searches that models are fitted on."""

    finger_people: int = 8_000
    mark_people: int = 1_500
    detail_people: int = 40_000
    gallery_people: int = 6_000
    mated_trials: int = 1_500
    nonmated_trials: int = 3_000
    candidates: int = 30


def make_training_inputs(size: TrainingSize = TrainingSize()) -> TrainingInputs:
    """Return the data on which `matching.training.train` fits a model; always the same."""
    prints = make_print_inputs(size)
    return TrainingInputs(
        fingers=prints.fingers,
        strangers=prints.strangers,
        calibration=prints.calibration,
        details=(details := details_sample(Population(TRAIN_SEED), size.detail_people)),
        names=with_world_names(details),
    )


def make_word_inputs(size: TrainingSize = TrainingSize()) -> tuple[DetailsSample, TrialSet]:
    """Return the people and the enquiries on which `matching.training.train.train_words` fits."""
    population = Population(CALIBRATION_SEED)
    total = size.gallery_people * 3 // 2
    gallery = trials.trial_gallery(population, total)
    honest = population.later_bookings(0, total)
    enquiries = trials.names_trials(
        gallery, _probed(gallery, size), honest, candidates=size.candidates
    )
    people = details_sample(Population(TRAIN_SEED), size.detail_people)
    return with_world_names(people), enquiries


def make_print_inputs(size: TrainingSize = TrainingSize()) -> PrintInputs:
    """Return the data on which `matching.training.train.train_prints` fits the model of prints."""
    fingers, strangers = finger_samples(Population(TRAIN_SEED), size)
    return PrintInputs(fingers, strangers, _print_trials(Population(CALIBRATION_SEED), size)[2])


def finger_samples(
    population: Population, size: TrainingSize
) -> tuple[dict[tuple[ImpressionType, ImpressionType], PairingSample], dict[str, StrangerSample]]:
    """Return mated cosines for every pair of impression types, and strangers' counts by kind.

    How unlike people are does not depend on the capture, and the tail needs many pairs: counts are
    pooled. Controlled captures are compared with the same finger of others; marks, whose finger is
    seldom known, with every finger.
    """
    people = size.finger_people
    first = {kind: _captures(population, people, kind, capture=1) for kind in ImpressionType}
    second = {kind: _captures(population, people, kind, capture=2) for kind in ImpressionType}
    latent, rolled = first[ImpressionType.LATENT], second[ImpressionType.ROLLED]
    controlled = [pairing for pairing in PAIRINGS if ImpressionType.LATENT not in pairing]
    strangers = {
        "prints": print_strangers(
            [(first[one].prints, second[other].prints) for one, other in controlled]
        ),
        "marks": mark_strangers(latent.prints, rolled.prints, marks=size.mark_people),
    }
    mated = {
        pairing: PairingSample(_mated(first[pairing[0]], second[pairing[1]]))
        for pairing in PAIRINGS
    }
    return mated, strangers


def _captures(
    population: Population, people: int, kind: ImpressionType, *, capture: int
) -> CaptureArrays:
    """Return captures of people, half of them under poor conditions."""
    halves = np.array_split(np.arange(people, dtype=np.int64), 2)
    profiles = (CaptureProfile.CONTROLLED, CaptureProfile.POOR)
    return merge_captures(
        [
            population.probe_templates(numbers, kind, capture=capture, profile=profile)
            for numbers, profile in zip(halves, profiles, strict=True)
        ]
    )


def _mated(first: CaptureArrays, second: CaptureArrays) -> MatedFingers:
    cosines = np.einsum("nfd,nfd->nf", first.prints.vectors, second.prints.vectors)
    return MatedFingers(
        cosines=np.where(first.prints.presence & second.prints.presence, cosines, np.nan).astype(
            np.float32
        ),
        first_qualities=first.prints.qualities,
        second_qualities=second.prints.qualities,
    )


def details_sample(population: Population, people: int) -> DetailsSample:
    """Return people's honest statements at a later booking, and the details in their records."""
    said = [booking.said for booking in population.later_bookings(0, people)]
    return DetailsSample(said=said, held=trials.held_details(population, 0, people))


def with_world_names(sample: DetailsSample) -> DetailsSample:
    """Return a sample with a tenth more people, of further origins; some are held out."""
    origins = [one for one in world_origins() if one.name not in HELD_OUT]
    rng, each = np.random.default_rng(TRAIN_SEED), len(sample.held) // (10 * len(origins))
    pairs = [draw_pair(origin, rng) for origin in origins for _ in range(each)]
    return DetailsSample(
        said=[*sample.said, *(Details(names=(pair.said,)) for pair in pairs)],
        held=[*sample.held, *(Details(names=(pair.held,)) for pair in pairs)],
    )


def calibration_trials(population: Population, size: TrainingSize) -> list[TrialSet]:
    """Return trials with one, two and ten plain fingers, with marks, and with details only."""
    gallery, probed, sets = _print_trials(population, size)
    honest = population.later_bookings(0, size.gallery_people * 3 // 2)
    return [*sets, trials.names_trials(gallery, probed, honest, candidates=size.candidates)]


def _print_trials(
    population: Population, size: TrainingSize
) -> tuple[trials.TrialGallery, Int64s, list[TrialSet]]:
    total = size.gallery_people * 3 // 2
    gallery = trials.trial_gallery(population, total)
    probed = _probed(gallery, size)
    said = trials.mixed_claims(population, total)
    k = size.candidates
    sets = [
        trials.tenprint_trials(
            population, gallery, trials.TenprintSearches(name, probed, said, candidates=k)
        )
        for name in trials.FINGER_SETS
    ]
    sets.append(trials.mark_trials(population, gallery, probed, candidates=k))
    return gallery, probed, sets


def _probed(gallery: trials.TrialGallery, size: TrainingSize) -> Int64s:
    """Return the numbers of the people searched for: those in the gallery first, then others."""
    everyone = np.arange(size.gallery_people * 3 // 2, dtype=np.int64)
    others = np.setdiff1d(everyone, gallery.numbers)
    return np.concatenate([gallery.numbers[: size.mated_trials], others[: size.nonmated_trials]])
