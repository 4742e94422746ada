"""The truth of the benchmark of services is that of the law, not that of the list of records."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np

from benchmarks.servicing.applicants import applicants, has_matters
from data.synthetic.population import Population
from domain.people.convictions import ConvictionVersion
from domain.people.people import Record
from domain.requests.releasing import Destination, HeldBack, HeldConviction, HoldBack, release
from domain.requests.requests import Party, PartyKind, ReplyOutcome
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Finding
from service.usecases.requests.kinds.certificates import POLICE_CERTIFICATE, says

TODAY = date(2026, 11, 26)
PEOPLE = 3_000
TO_HOLDER = Destination(Party(PartyKind.PERSON), UsePurpose.OWN_REQUEST, TODAY)


def test_a_record_has_matters_exactly_where_its_holder_gets_no_clean_certificate() -> None:
    records = [one for one in Population(7).records(0, PEOPLE) if one is not None]

    found = Counter(
        (has_matters(one), _says(one) is not ReplyOutcome.NO_RECORD) for one in records
    )

    assert found[True, False] == found[False, True] == 0
    # Both sides occur: people without any matter, and one whose only conviction was quashed.
    assert min(found[True, True], found[False, False]) > PEOPLE / 10
    assert any(one.convictions and not has_matters(one) for one in records)


def _says(record: Record) -> ReplyOutcome:
    """Return the answer about the person of a record, identified without doubt."""
    held = [
        HeldConviction(ConvictionVersion(record.record_id, str(number), 1), one)
        for number, one in enumerate(record.convictions)
    ]
    verdicts = [_held_back(one) for one in held]
    leaves = None in verdicts
    outcome = ReplyOutcome.INFORMATION if leaves else ReplyOutcome.NOTHING_TO_GIVE
    back = tuple(one for one in verdicts if one is not None)
    return says(
        Finding(
            outcome if held else ReplyOutcome.NO_RECORD, back, (record,), record.details, TODAY
        )
    )


def _held_back(held: HeldConviction) -> HoldBack | None:
    verdict = release(held, TO_HOLDER)
    if isinstance(verdict, HeldBack):
        return verdict.reason
    (assessed,) = POLICE_CERTIFICATE.compute([held], TODAY)
    objection = POLICE_CERTIFICATE.gives(assessed, TO_HOLDER)
    return objection.reason if objection else None


def test_each_applicant_is_the_person_of_their_record() -> None:
    population = Population(7)
    ids = population.person_ids(0, 200)
    records = population.records(0, 200)

    for one in applicants(population, 0, 200, np.random.default_rng(1)):
        if one is not None:
            record = records[one.number]
            assert one.person_id == ids[one.number]
            assert one.has_record is (record is not None)
            assert record is None or record.person_id == one.person_id
