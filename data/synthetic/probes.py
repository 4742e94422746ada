"""New captures with which to search, and the truth about them."""

from dataclasses import dataclass, field, replace

import numpy as np

from data.synthetic.blocks import impressions_of
from data.synthetic.bookings import Booking, Claim
from data.synthetic.counters import Purpose, Stream, uniforms
from data.synthetic.parameters import CaptureProfile
from data.synthetic.population import Population, later_capture
from domain.errors import InvalidInputError
from domain.ids import PersonId
from domain.people.people import Details
from domain.prints.prints import FINGERS, FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """The kind of capture to make."""

    capture: int = 1
    """The number of the person's later capture, counted from 1."""
    impression_type: ImpressionType = ImpressionType.PLAIN
    profile: CaptureProfile = CaptureProfile.CONTROLLED
    positions: tuple[FingerPosition, ...] = field(default=FINGERS)
    """The fingers to take, if the person has them."""
    claim: Claim = Claim.HONEST


@dataclass(frozen=True, slots=True)
class ProbeTruth:
    """The true identity of the person. It is never part of the probe."""

    number: int
    person_id: PersonId
    capture: int
    claim: Claim
    borrowed_from: int | None
    position: FingerPosition
    """The finger that left the mark; unknown for a capture of several fingers."""
    booking_effect: float


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticProbe:
    """A probe, the booking at which it was taken, and the truth about it."""

    probe: Probe
    booking: Booking
    truth: ProbeTruth


def make_probe(population: Population, number: int, plan: ProbePlan) -> SyntheticProbe:
    """Return a later capture of person `number`, with its statement; equal for equal plans.

    A person "never seen" is a person whose number was not enrolled: [N, 2N) for N enrolled people.
    """
    impressions = _impressions(population, number, plan)
    wanted = set(plan.positions)
    kept = tuple(impression for impression in impressions if impression.position in wanted)
    return _probe(population, number, plan, kept)


def make_mark(population: Population, number: int, plan: ProbePlan) -> SyntheticProbe:
    """Return one latent print of person `number` from a scene, without details.

    The finger is drawn by how often it leaves marks, among the fingers of `plan.positions` that
    the person has. Its position in the probe is 0 (unknown).
    """
    latent = replace(plan, impression_type=ImpressionType.LATENT)
    wanted = set(plan.positions)
    choices = [
        impression
        for impression in _impressions(population, number, latent)
        if impression.position in wanted
    ]
    left = _mark_left(population, number, latent, choices)
    shown = replace(left, position=FingerPosition.UNKNOWN)
    made = _probe(population, number, latent, (shown,))
    return replace(
        made,
        probe=Probe((shown,), Details()),
        truth=replace(made.truth, position=left.position),
    )


def _impressions(population: Population, number: int, plan: ProbePlan) -> tuple[Impression, ...]:
    arrays = population.probe_templates(
        np.array([number], dtype=np.int64),
        plan.impression_type,
        capture=plan.capture,
        profile=plan.profile,
    )
    return impressions_of(arrays, 0)


def _mark_left(
    population: Population, number: int, plan: ProbePlan, choices: list[Impression]
) -> Impression:
    if not choices:
        raise InvalidInputError(
            "The person has none of the fingers that the plan names: choose other positions."
        )
    stream = Stream(population.seed, Purpose.MARKS, 4, later_capture(plan.capture))
    draw = float(uniforms(stream.words(number, number + 1))[0, 0])
    table = population.parameters.presence.mark_position_weights
    weights = np.cumsum([table[impression.position - 1] for impression in choices])
    return choices[int(np.searchsorted(weights, draw * weights[-1], side="right"))]


def _probe(
    population: Population, number: int, plan: ProbePlan, impressions: tuple[Impression, ...]
) -> SyntheticProbe:
    booking = population.later_bookings(
        number, number + 1, capture=plan.capture, claim=plan.claim
    )[0]
    truth = ProbeTruth(
        number=number,
        person_id=population.person_ids(number, number + 1)[0],
        capture=plan.capture,
        claim=plan.claim,
        borrowed_from=booking.borrowed_from,
        position=FingerPosition.UNKNOWN,
        booking_effect=booking.booking_effect,
    )
    return SyntheticProbe(Probe(impressions, booking.said), booking, truth)
