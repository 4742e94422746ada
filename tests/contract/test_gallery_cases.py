"""The contract of cases on the gallery itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import ConflictError
from domain.ids import EncounterId, GalleryCaseId, PersonId
from domain.people.disputes import (
    GalleryCase,
    GalleryConclusion,
    GalleryDoubt,
    GalleryOutcome,
)
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import NOON, OFFICER, enrol

PEOPLE = (PersonId("person-1"), PersonId("person-2"))
CAPTURES = (EncounterId("encounter-1"), EncounterId("encounter-2"))


def duplicate(case_id: str = "gallery-case-1", **changes: Any) -> GalleryCase:
    made = GalleryCase(
        GalleryCaseId(case_id),
        GalleryDoubt.DUPLICATE_PERSONS,
        PEOPLE,
        CAPTURES,
        (),
        "a" * 64,
        NOON,
    )
    return replace(made, **changes)


def swap(case_id: str, positions: tuple[int, int]) -> GalleryCase:
    return duplicate(
        case_id, doubt=GalleryDoubt.SWAPPED_FINGERS, person_ids=PEOPLE[:1], positions=positions
    )


def conclusion(case_id: str = "gallery-case-1", **changes: Any) -> GalleryConclusion:
    made = GalleryConclusion(
        GalleryCaseId(case_id), GalleryOutcome.REFUTED, "Two whorls differ.", None, OFFICER, NOON
    )
    return replace(made, **changes)


def enrolled(unit: UnitOfWork) -> UnitOfWork:
    for number in (1, 2):
        enrol(unit, number)
    return unit


def test_cases_read_back_newest_first_by_state(units_of_work: UnitsOfWork) -> None:
    cases = [duplicate(), swap("gallery-case-2", (2, 7)), swap("gallery-case-3", (2, 8))]
    with units_of_work.write() as unit:
        opened = [enrolled(unit).gallery_cases.open(cases[0])]
        opened += [unit.gallery_cases.open(case) for case in cases[1:]]
        unit.gallery_cases.conclude(conclusion("gallery-case-2"))
        unit.commit()

    with units_of_work.read() as unit:
        waiting = unit.gallery_cases.page(is_open=True, before=None, limit=9).items
        rest = unit.gallery_cases.page(is_open=True, before=cases[2].case_id, limit=1).items
        settled = unit.gallery_cases.page(is_open=False, before=None, limit=9).items
        one = unit.gallery_cases.get(cases[0].case_id)
        nothing = unit.gallery_cases.get(GalleryCaseId("unknown"))

    assert opened == [True, True, True]
    assert waiting == (cases[2], cases[0])
    assert rest == (cases[0],)
    assert settled == (replace(cases[1], conclusion=conclusion("gallery-case-2")),)
    assert (one, nothing) == (cases[0], None)


def test_a_doubt_that_is_open_is_not_opened_again_even_over_new_prints(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        answers = [
            enrolled(unit).gallery_cases.open(duplicate()),
            unit.gallery_cases.open(duplicate("gallery-case-2")),
            unit.gallery_cases.open(duplicate("gallery-case-3", prints="b" * 64)),
        ]
        unit.commit()

    assert answers == [True, False, False]


def test_a_concluded_doubt_is_opened_again_over_new_prints_alone(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        enrolled(unit).gallery_cases.open(duplicate())
        unit.gallery_cases.conclude(conclusion())
        unit.commit()

    with units_of_work.write() as unit:
        same = unit.gallery_cases.open(duplicate("gallery-case-2"))
        changed = unit.gallery_cases.open(duplicate("gallery-case-3", prints="b" * 64))
        unit.commit()

    assert (same, changed) == (False, True)


def test_a_case_is_concluded_once(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrolled(unit).gallery_cases.open(duplicate())
        unit.gallery_cases.conclude(conclusion())
        with pytest.raises(ConflictError):
            unit.gallery_cases.conclude(conclusion(outcome=GalleryOutcome.CONFIRMED))


def test_the_reason_goes_with_the_person_it_speaks_of(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrolled(unit).gallery_cases.open(duplicate())
        unit.gallery_cases.conclude(conclusion())
        unit.commit()
    with units_of_work.write() as unit:
        unit.people.erase_person(PEOPLE[1])
        unit.commit()

    with units_of_work.read() as unit:
        found = unit.gallery_cases.get(GalleryCaseId("gallery-case-1"))

    assert found is not None
    assert found.conclusion == conclusion(reason="")
