"""Captures in columns: the fingers that are present, their qualities and their templates."""

from dataclasses import dataclass

import numpy as np

from data.synthetic.counters import Purpose, Stream, normals_of_uniforms, uniforms
from data.synthetic.parameters import (
    DIMENSION,
    PATTERN_SHARES,
    PROTOTYPES,
    CaptureProfile,
    NoiseParameters,
    Parameters,
    PresenceParameters,
)
from data.synthetic.templates import (
    FINGERS_EACH,
    WORDS_EACH,
    captured,
    finger_vectors,
    noise_vectors,
)
from domain.arrays import Bools, Float32s, Float64s, Int64s, UInt8s
from domain.prints.captures import CaptureColumns
from domain.prints.prints import IMPRESSION_TYPES, ImpressionType

FIRST_LATER_CAPTURE = 16
"""Captures 0 to 15 are enrolled bookings. Later captures (probes) are numbered from here."""

_BATCH = 128
"""The number of people made at a time: it limits memory and keeps arrays in or near the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class CaptureArrays:
    """Captures as rows of arrays. Row i is one capture of person `numbers[i]`.

    `numbers`: int64 (m,). `captures`: int64 (m,), 0 for the first booking. `prints`: m tenprints
    of 192 values each; the vectors are C-contiguous, and vectors and qualities are zero for absent
    fingers. `booking_effects`: float64 (m,), standard normal; a positive value means a careless
    booking.
    """

    numbers: Int64s
    captures: Int64s
    prints: CaptureColumns
    booking_effects: Float64s

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class CaptureKind:
    """The conditions of a capture: its number, impression type and profile."""

    capture: int = 0
    impression_type: ImpressionType = ImpressionType.ROLLED
    profile: CaptureProfile = CaptureProfile.CONTROLLED


@dataclass(frozen=True, slots=True, eq=False)
class _PersonEffects:
    """Permanent traits of a person: effects float64 (n,) and (n, 10), kinds int64 (n, 10)."""

    person: Float64s
    fingers: Float64s
    patterns: Int64s
    prototypes: Int64s
    has_finger: Bools
    booking_age_years: Float64s


def capture_arrays(
    seed: int, numbers: Int64s, kind: CaptureKind, parameters: Parameters
) -> CaptureArrays:
    """Return one capture of each of these people (int64 (n,)), in the same order."""
    effects = _person_effects(seed, numbers, parameters)
    draws = capture_draws(seed, numbers, kind.capture)
    presence = effects.has_finger & _is_recorded(draws, parameters.presence)
    log_ratios = _log_noise_ratios(effects, draws, kind, parameters.noise)
    templates = np.empty((len(numbers), FINGERS_EACH, DIMENSION), dtype=np.float32)
    for start in range(0, len(numbers), _BATCH):
        rows = slice(start, start + _BATCH)
        fingers, noise = _raw_vectors(
            seed, numbers[rows], kind.capture, effects=effects, rows=rows
        )
        templates[rows] = captured(fingers, noise, log_ratios[rows], presence=presence[rows])
    return CaptureArrays(
        numbers=numbers.copy(),
        captures=np.full(len(numbers), kind.capture, dtype=np.int64),
        prints=CaptureColumns(
            vectors=templates,
            presence=presence,
            qualities=_qualities(log_ratios, draws, kind, parameters) * presence,
            impression_codes=np.full(
                presence.shape, IMPRESSION_TYPES.index(kind.impression_type), dtype=np.uint8
            ),
        ),
        booking_effects=booking_effects(draws),
    )


def _raw_vectors(
    seed: int, numbers: Int64s, capture: int, *, effects: _PersonEffects, rows: slice
) -> tuple[Float32s, Float32s]:
    """Return fingers and noise of one batch, each float32 (n, 10, 192), as whole numbers."""
    fingers = finger_vectors(
        Stream(seed, Purpose.FINGERS, WORDS_EACH).words_at(numbers),
        effects.patterns[rows],
        effects.prototypes[rows],
    )
    noise_stream = Stream(seed, Purpose.FINGER_NOISE, WORDS_EACH, capture)
    return fingers, noise_vectors(noise_stream.words_at(numbers))


def merge_captures(parts: list[CaptureArrays]) -> CaptureArrays:
    """Return all rows of one or more parts, sorted by person and capture."""
    numbers = np.concatenate([part.numbers for part in parts])
    captures = np.concatenate([part.captures for part in parts])
    order = np.lexsort((captures, numbers))
    # Each part is copied only once, to its place, because templates take by far the most memory.
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    templates = np.empty((len(order), FINGERS_EACH, DIMENSION), dtype=np.float32)
    first = 0
    for part in parts:
        templates[places[first : first + len(part)]] = part.prints.vectors
        first += len(part)
    return CaptureArrays(
        numbers=numbers[order],
        captures=captures[order],
        prints=CaptureColumns(
            vectors=templates,
            presence=np.concatenate([part.prints.presence for part in parts])[order],
            qualities=np.concatenate([part.prints.qualities for part in parts])[order],
            impression_codes=np.concatenate([part.prints.impression_codes for part in parts])[
                order
            ],
        ),
        booking_effects=np.concatenate([part.booking_effects for part in parts])[order],
    )


def take_captures(arrays: CaptureArrays, rows: Int64s) -> CaptureArrays:
    """Return these rows (int64 (k,)), in this order."""
    return CaptureArrays(
        numbers=arrays.numbers[rows],
        captures=arrays.captures[rows],
        prints=arrays.prints.take(rows),
        booking_effects=arrays.booking_effects[rows],
    )


def _person_effects(seed: int, numbers: Int64s, parameters: Parameters) -> _PersonEffects:
    draws = uniforms(Stream(seed, Purpose.PERSON_EFFECTS, 44).words_at(numbers))
    effects = normals_of_uniforms(draws[:, :11])
    edges = np.cumsum(PATTERN_SHARES)[:-1]
    return _PersonEffects(
        person=effects[:, 0],
        fingers=effects[:, 1:],
        patterns=np.searchsorted(edges, draws[:, 11:21], side="right"),
        prototypes=(draws[:, 21:31] * PROTOTYPES).astype(np.int64),
        has_finger=draws[:, 31:41] >= parameters.presence.lost_finger_share,
        booking_age_years=draws[:, 41] * parameters.population.booking_years,
    )


def booking_age_years(seed: int, numbers: Int64s, parameters: Parameters) -> Float64s:
    """Return the years from each person's first booking to the reference date, float64 (n,)."""
    return _person_effects(seed, numbers, parameters).booking_age_years


def capture_draws(seed: int, numbers: Int64s, capture: int) -> Float64s:
    """Return the uniform draws of one capture, float64 (n, 48), in [0, 1).

    Columns: 0 booking effect, 1 ruined, 2 partial, 3 time since the first booking, 4-13
    impressions, 14-23 very poor, 24-33 unrecorded, 34-43 quality, 44 time of day; the others are
    unused.
    """
    return uniforms(Stream(seed, Purpose.CAPTURE_EFFECTS, 48, capture).words_at(numbers))


def booking_effects(draws: Float64s) -> Float64s:
    """Return the booking effect of each capture, float64 (n,), from its draws."""
    return normals_of_uniforms(draws[:, 0])


def booked_after_share(draws: Float64s, capture: int) -> Float64s:
    """Return the time of a capture, float64 (n,): 0 at the first booking, 1 at the reference date.

    Later captures (probes) are made after the reference date; the delay affects only details.
    """
    if capture == 0:
        return np.zeros(len(draws))
    return np.ones(len(draws)) if capture >= FIRST_LATER_CAPTURE else draws[:, 3]


def _is_recorded(draws: Float64s, presence: PresenceParameters) -> Bools:
    is_partial = draws[:, 2] < presence.partial_capture_share
    missing_share = np.where(
        is_partial, presence.partial_finger_share, presence.unrecorded_finger_share
    )
    return draws[:, 24:34] >= missing_share[:, np.newaxis]


def _log_noise_ratios(
    effects: _PersonEffects, draws: Float64s, kind: CaptureKind, noise: NoiseParameters
) -> Float64s:
    """Return float64 (n, 10): the natural log of each impression's noise ratio."""
    is_latent = kind.impression_type is ImpressionType.LATENT
    once_sd = noise.latent_impression_sd if is_latent else noise.impression_sd
    years = effects.booking_age_years * booked_after_share(draws, kind.capture)
    of_capture = (
        base_log_ratio(kind, noise)
        + noise.person_sd * effects.person
        + noise.booking_sd * booking_effects(draws)
        + noise.ageing_log_ratio_per_year * years
        + noise.ruined_booking_log_ratio * (draws[:, 1] < noise.ruined_booking_share)
    )
    return np.asarray(
        of_capture[:, np.newaxis]
        + np.asarray(noise.position_log_ratios)
        + noise.finger_sd * effects.fingers
        + once_sd * normals_of_uniforms(draws[:, 4:14])
        + noise.very_poor_log_ratio * (draws[:, 14:24] < noise.very_poor_share)
    )


def base_log_ratio(kind: CaptureKind, noise: NoiseParameters) -> float:
    """Return the natural log of the median noise ratio of this kind of capture."""
    usual = (noise.rolled_log_ratio, noise.plain_log_ratio, noise.latent_log_ratio)
    column = IMPRESSION_TYPES.index(kind.impression_type)
    match kind.profile:
        case CaptureProfile.CONTROLLED:
            return usual[column]
        case CaptureProfile.POOR:
            return usual[column] + noise.poor_profile_log_ratio
        case CaptureProfile.STRESS:
            return noise.stress_log_ratios[column]


def _qualities(
    log_ratios: Float64s, draws: Float64s, kind: CaptureKind, parameters: Parameters
) -> UInt8s:
    """Return uint8 (n, 10), 0-100: readings of a meter that does not know the true finger."""
    quality = parameters.quality
    typical = base_log_ratio(CaptureKind(0, kind.impression_type), parameters.noise)
    is_latent = kind.impression_type is ImpressionType.LATENT
    means = quality.latent_mean if is_latent else quality.controlled_mean
    points = (
        means
        - quality.points_per_log_ratio * (log_ratios - typical)
        + quality.noise_sd * normals_of_uniforms(draws[:, 34:44])
    )
    return np.clip(np.rint(points), 0, 100).astype(np.uint8)
