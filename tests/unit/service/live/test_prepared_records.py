"""Records prepared once: the same evidence as from raw details, and nothing of the erased."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.ids import PersonId, RecordId
from domain.people import Details, PersonName
from matching.prepared import PreparedDetails
from matching.scorer import Scorer, load_scorer
from service.live.prepared_records import PreparedRecords
from service.storage.people.people import HeldPerson


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return load_scorer()


def _person(number: int, surname: str = "Occleve") -> HeldPerson:
    details = Details(names=(PersonName("Ann", surname),))
    return HeldPerson(PersonId(f"p{number}"), RecordId(f"r{number}"), 1, details)


class _Counting:
    """A scorer that counts what it prepares."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.prepared = 0

    def prepare(self, details: Details) -> PreparedDetails:
        self.prepared += 1
        return self._scorer.prepare(details)


def test_a_record_is_prepared_once_for_each_version(scorer: Scorer) -> None:
    counting, records = _Counting(scorer), PreparedRecords()
    person = _person(1)
    amended = replace(person, record_version=2, details=Details(names=(PersonName("Bo", "Li"),)))
    for one in (person, person, amended, amended):
        (found,) = records.of(counting, [one])  # type: ignore[arg-type]
        assert one.details is not None
        assert found == scorer.prepare(one.details)
    assert counting.prepared == 2


def test_evidence_is_that_of_raw_details(scorer: Scorer) -> None:
    people = [_person(1), _person(2, "Hoccleve"), HeldPerson(PersonId("p3"))]
    said = Details(names=(PersonName("Ann", "Occleve"),))
    prepared = PreparedRecords().of(scorer, people)
    raw = [person.details for person in people]
    for held in (prepared, tuple(raw)):
        assert [
            row.bits
            for one in scorer.score_details(said, held, gallery_size=9)
            for row in one.rows
        ] == [
            row.bits for one in scorer.score_details(said, raw, gallery_size=9) for row in one.rows
        ]


def test_an_erasure_leaves_nothing_behind(scorer: Scorer) -> None:
    records = PreparedRecords()
    records.of(scorer, [_person(1)])
    assert len(records) == 1
    records.forget()
    assert len(records) == 0


def test_memory_is_bounded_and_recent_records_stay(scorer: Scorer) -> None:
    counting, records = _Counting(scorer), PreparedRecords(most_people=4)
    for number in range(40):
        records.of(counting, [_person(0), _person(number)])  # type: ignore[arg-type]
    assert len(records) <= 2 * 5
    assert counting.prepared == 40
