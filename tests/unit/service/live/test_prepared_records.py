"""Records prepared once: the same evidence as from raw details, and nothing of the erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.ids import PersonId, RecordId
from domain.people.people import Details, PersonName
from matching.prepared import PreparedDetails
from matching.scorer import Scorer
from service.live.prepared_records import PreparedRecords
from service.storage.people.people import HeldPerson


def _person(number: int, surname: str = "Occleve") -> HeldPerson:
    details = Details(names=(PersonName("Ann", surname),))
    return HeldPerson(PersonId(f"p{number}"), RecordId(f"r{number}"), 1, details)


def _prepared(scorer: Scorer, people: Sequence[HeldPerson]) -> PreparedRecords:
    """Return the memory behind two searches that found these people."""
    records = PreparedRecords()
    for _ in range(2):
        records.of(people)
    records.prepare_waiting(scorer)
    return records


def test_a_record_is_prepared_behind_the_second_search_that_found_it(scorer: Scorer) -> None:
    records, person = PreparedRecords(), _person(1)
    (first,) = records.of([person])
    assert records.prepare_waiting(scorer) == 0
    (second,) = records.of([person])
    assert records.prepare_waiting(scorer) == 1
    (third,) = records.of([person])
    assert first is second is person.details
    assert isinstance(third, PreparedDetails)
    assert records.prepare_waiting(scorer) == 0


def test_another_version_is_not_compared_by_the_one_before(scorer: Scorer) -> None:
    records, person = PreparedRecords(), _person(1)
    amended = replace(person, record_version=2, details=Details(names=(PersonName("Bo", "Li"),)))
    for one in (person, amended):
        for _ in range(2):
            (found,) = records.of([one])
            assert found is one.details
        records.prepare_waiting(scorer)
    assert records.of([amended]) == (scorer.prepare(amended.details or Details()),)


def test_details_that_were_not_read_are_not_supplied_from_those_kept(scorer: Scorer) -> None:
    person = _person(1)
    records = _prepared(scorer, [person])

    assert records.of([replace(person, details=None)]) == (None,)


def test_evidence_is_that_of_raw_details(scorer: Scorer) -> None:
    people = [_person(1), _person(2, "Hoccleve"), HeldPerson(PersonId("p3"))]
    said = Details(names=(PersonName("Ann", "Occleve"),))
    raw, records = PreparedRecords().of(people), _prepared(scorer, people)
    assert len(records) == 2
    bits = [
        [row.bits for one in scorer.score_details(said, held, gallery_size=9) for row in one.rows]
        for held in (raw, records.of(people))
    ]
    assert bits[0] == bits[1]


def test_an_erasure_leaves_nothing_behind(scorer: Scorer) -> None:
    records = _prepared(scorer, [_person(1)])
    for _ in range(2):
        records.of([_person(2)])
    records.of([_person(3)])
    assert len(records) == 1
    records.forget()
    assert len(records) == 0
    assert records.prepare_waiting(scorer) == 0
    records.of([_person(3)])
    assert records.prepare_waiting(scorer) == 0


def test_memory_is_bounded_and_recent_records_stay(scorer: Scorer) -> None:
    records = PreparedRecords(most_people=4)
    for number in range(40):
        for _ in range(2):
            records.of([_person(0), _person(number)])
        records.prepare_waiting(scorer)
    assert len(records) <= 2 * 5
    assert isinstance(records.of([_person(0)])[0], PreparedDetails)
