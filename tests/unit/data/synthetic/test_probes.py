"""Probes and marks with the truth about them."""

from __future__ import annotations

import numpy as np
import pytest

from data.synthetic.bookings import Claim
from data.synthetic.parameters import Parameters, PresenceParameters
from data.synthetic.population import Population, ProbePlan, make_mark, make_probe
from domain.errors import InvalidInputError
from domain.people.people import Details
from domain.prints.prints import FingerPosition, ImpressionType

POPULATION = Population(23)


def test_probe_is_a_new_capture_of_the_same_person() -> None:
    made = make_probe(POPULATION, 4, ProbePlan())
    enrolled = POPULATION.templates(4, 5)

    cosines = [
        float(impression.vector @ enrolled.prints.vectors[0, impression.position - 1])
        for impression in made.probe.impressions
        if enrolled.prints.presence[0, impression.position - 1]
    ]

    assert made.truth.person_id == POPULATION.person_ids(4, 5)[0]
    assert made.truth.position is FingerPosition.UNKNOWN
    assert 0.6 < min(cosines) < max(cosines) < 0.999


def test_probe_says_what_its_booking_says() -> None:
    made = make_probe(POPULATION, 4, ProbePlan(capture=3))

    assert made.probe.details == made.booking.said
    assert made.booking == POPULATION.later_bookings(4, 5, capture=3)[0]
    assert made.truth.booking_effect == made.booking.booking_effect


def test_same_plan_gives_the_same_probe_and_another_capture_another() -> None:
    first, again = (make_probe(POPULATION, 9, ProbePlan()) for _ in range(2))
    other = make_probe(POPULATION, 9, ProbePlan(capture=2))

    vectors = [made.probe.impressions[0].vector.tobytes() for made in (first, again, other)]
    assert vectors[0] == vectors[1] != vectors[2]
    assert first.booking == again.booking
    assert first.booking.encounter_id != other.booking.encounter_id


def test_only_the_fingers_asked_for_are_taken() -> None:
    wanted = (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)

    made = make_probe(POPULATION, 2, ProbePlan(positions=wanted))

    assert tuple(i.position for i in made.probe.impressions) == wanted
    assert {i.impression_type for i in made.probe.impressions} == {ImpressionType.PLAIN}


def test_borrowed_identity_names_its_owner_in_the_truth() -> None:
    made = make_probe(POPULATION, 2, ProbePlan(claim=Claim.BORROWED))

    assert made.truth.claim is Claim.BORROWED
    assert made.truth.borrowed_from is not None
    assert made.truth.number == 2


def test_mark_is_one_latent_of_unknown_finger_without_details() -> None:
    made = make_mark(POPULATION, 7, ProbePlan())

    (mark,) = made.probe.impressions
    assert mark.position is FingerPosition.UNKNOWN
    assert mark.impression_type is ImpressionType.LATENT
    assert made.probe.details == Details()
    assert made.truth.position is not FingerPosition.UNKNOWN


def test_right_hand_leaves_more_marks_than_the_left() -> None:
    left_by = [make_mark(POPULATION, number, ProbePlan()).truth.position for number in range(120)]

    assert np.mean([position <= 5 for position in left_by]) > 0.5
    assert len(set(left_by)) >= 6


def test_person_without_these_fingers_leaves_no_mark() -> None:
    nobody = Population(23, Parameters(presence=PresenceParameters(lost_finger_share=1.0)))

    with pytest.raises(InvalidInputError):
        make_mark(nobody, 0, ProbePlan())
    assert make_probe(nobody, 0, ProbePlan()).probe.impressions == ()
