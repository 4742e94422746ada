"""The floor of certificates: a candidate that the trial of 10,000 applications had missed."""

from __future__ import annotations

from dataclasses import replace

from domain.ids import CandidateId
from domain.people.people import Address, Details, Nationality, PartialDate, PersonName, Sex
from domain.searches.searches import Candidate
from matching.scorer import Scorer
from service.usecases.requests.doubts import doubtful
from service.usecases.requests.kinds.certificates import (
    CHILD_PROTECTION_CERTIFICATE,
    POLICE_CERTIFICATE,
)

GALLERY = 20_000
HELD = Details(
    names=(PersonName("Gtace", "Foster"),),
    dates_of_birth=(PartialDate(1989, 5, 5),),
    sex=Sex.FEMALE,
    place_of_birth="Wolverhampton",
    nationalities=(Nationality("GBR"),),
    addresses=(Address("27 Ash Avenue", "Nottingham", "NG19 6XA"),),
)
"""A record with a slip in the forename."""
MARRIED = replace(
    HELD,
    names=(PersonName("Grace", "Okesu"),),
    place_of_birth="",
    addresses=(Address("110 Churchill Street", "Nottingham", "NG7 3TR"),),
)
"""The same woman: married, moved, and without the name before."""


def test_a_married_name_over_a_slip_leaves_doubt_by_the_day_of_birth(scorer: Scorer) -> None:
    (evidence,) = scorer.score_details(MARRIED, [HELD], gallery_size=GALLERY)
    candidate = Candidate(CandidateId("c"), None, None, None, 1, evidence)  # type: ignore[arg-type]

    for kind in (POLICE_CERTIFICATE, CHILD_PROTECTION_CERTIFICATE):
        assert doubtful((candidate,), kind) == (candidate,)


def test_another_day_of_birth_leaves_none(scorer: Scorer) -> None:
    other = replace(MARRIED, dates_of_birth=(PartialDate(1961, 11, 23),))
    (evidence,) = scorer.score_details(other, [HELD], gallery_size=GALLERY)
    candidate = Candidate(CandidateId("c"), None, None, None, 1, evidence)  # type: ignore[arg-type]

    assert doubtful((candidate,), POLICE_CERTIFICATE) == ()
