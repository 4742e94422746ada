"""Versions of records: kept, amended and told as a feed, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import NotFoundError
from domain.events.people import RecordAmended
from domain.ids import ForceCode, PersonId, PersonRow, RecordId, UserId
from domain.people.amending import amended
from domain.people.amendments import (
    Add,
    Amendment,
    AmendmentReason,
    Change,
    Correct,
    RecordVersion,
    SourceKind,
    VersionHead,
    Withdraw,
)
from domain.people.items import ItemId, ItemKind, details_of, numbered_items, reports_of
from domain.people.people import Details, PersonName
from matching.prepared import prepare
from service.live.names import LiveNames
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import FORCE, NOON, arrest_report, details, enrol, event, record

ONE, FIRST = PersonId("person-1"), RecordId("record-1")
CLERK = UserId("clerk")
LATER = NOON + timedelta(days=1)
MARRIED = Add(ItemKind.NAME, PersonName("Siân", "Moore"), is_first=True)


def amendment(*changes: Change) -> Amendment:
    return Amendment(
        changes or (MARRIED,),
        AmendmentReason.NEW_INFORMATION,
        "Married in May.",
        SourceKind.DOCUMENT,
        "certificate 7",
    )


def amend(unit: UnitOfWork, *changes: Change, record_id: RecordId = FIRST) -> int:
    """Amend the live version, with the event that goes with it."""
    head = unit.records.versions(record_id)[-1]
    before = unit.records.version(record_id, head.version)
    assert before is not None
    made = amendment(*changes)
    after = amended(before.items, made.changes, today=LATER.date())
    version, _ = unit.records.amend(before, after, made, by=CLERK, at=LATER)
    name = f"event-{record_id}-{version}"
    unit.events.append(event(name, event_type=RecordAmended.event_type))
    return version


def enrolled(units: UnitsOfWork, *numbers: int) -> list[PersonRow]:
    with units.write() as unit:
        rows = [PersonRow(enrol(unit, number).person_row) for number in numbers]
        unit.commit()
    return rows


def amended_once(units: UnitsOfWork, *changes: Change, record_id: RecordId = FIRST) -> None:
    with units.write() as unit:
        amend(unit, *changes, record_id=record_id)
        unit.commit()


def test_a_record_that_was_never_amended_is_read_as_items(units_of_work: UnitsOfWork) -> None:
    enrolled(units_of_work, 1)

    with units_of_work.read() as unit:
        (head,) = unit.records.versions(FIRST)
        version = unit.records.version(FIRST, 1)

    assert head == VersionHead(FIRST, ONE, FORCE, version=1, is_live=True)
    assert version is not None
    assert version.items == numbered_items(details(), (arrest_report(),))
    assert (version.head, version.words, version.reference) == (head, "", "")


def test_an_amendment_is_the_live_version_and_the_one_before_stays(
    units_of_work: UnitsOfWork,
) -> None:
    (row,) = enrolled(units_of_work, 1)
    wrong = Withdraw(ItemId("date-of-birth-2"))

    amended_once(units_of_work, MARRIED, wrong)

    with units_of_work.read() as unit:
        first, second = (unit.records.version(FIRST, number) for number in (1, 2))
        live = unit.people.record(FIRST)
        held = unit.people.held([row])[row]
    assert first is not None
    assert second is not None
    assert first.items == numbered_items(details(), (arrest_report(),))
    assert (first.head.is_live, second.head.is_live) == (False, True)
    assert second.items == amended(first.items, (MARRIED, wrong), today=LATER.date())
    assert second.head == VersionHead(
        FIRST,
        ONE,
        FORCE,
        2,
        is_live=True,
        reason=AmendmentReason.NEW_INFORMATION,
        source=SourceKind.DOCUMENT,
        amended_by=CLERK,
        amended_at=LATER,
    )
    assert (second.words, second.reference) == ("Married in May.", "certificate 7")
    assert live is not None
    assert live.details == details_of(second.items.held)
    assert held.details == prepare(live.details)
    assert live.arrest_reports == reports_of(second.items.held)
    assert held.record_version == 2


def test_ids_of_items_stay_through_versions(units_of_work: UnitsOfWork) -> None:
    enrolled(units_of_work, 1)
    amended_once(units_of_work, Withdraw(ItemId("name-1")))
    amended_once(units_of_work, MARRIED)

    with units_of_work.read() as unit:
        third = unit.records.version(FIRST, 3)

    assert third is not None
    names = [item for item in third.items.held if item.kind is ItemKind.NAME]
    assert [item.item_id for item in names] == ["name-3", "name-2"]


def test_an_amendment_that_is_not_committed_has_not_happened(units_of_work: UnitsOfWork) -> None:
    enrolled(units_of_work, 1)

    with units_of_work.write() as unit:
        amend(unit)

    with units_of_work.read() as unit:
        assert [head.version for head in unit.records.versions(FIRST)] == [1]
        assert unit.people.record(FIRST) == record()


def test_a_force_s_records_are_read_in_pages_and_none_of_another_s(
    units_of_work: UnitsOfWork,
) -> None:
    enrolled(units_of_work, 1, 2, 3)
    with units_of_work.write() as unit:
        unit.people.add_person(PersonId("person-4"))
        unit.people.put_record(record("person-4", "record-4", force=ForceCode("47")))
        unit.people.erase_person(PersonId("person-2"))
        amend(unit)
        unit.commit()

    with units_of_work.read() as unit:
        first = unit.records.page(FORCE, before=None, limit=1)
        second = unit.records.page(FORCE, before=first.next_before, limit=1)
        other = unit.records.page(ForceCode("47"), before=None, limit=10)
        every = unit.records.page(None, before="record-4", limit=10)
        strange = unit.records.page(FORCE, before="record-4", limit=10)

    assert [(head.record_id, head.version) for head in first.records] == [("record-3", 1)]
    assert [(head.record_id, head.version) for head in second.records] == [("record-1", 2)]
    assert (first.next_before, second.next_before) == ("record-3", None)
    assert [head.record_id for head in other.records] == ["record-4"]
    assert [head.record_id for head in every.records] == ["record-3", "record-1"]
    assert strange.records == ()


def test_an_erasure_takes_the_content_of_every_version(units_of_work: UnitsOfWork) -> None:
    (row,) = enrolled(units_of_work, 1)
    amended_once(units_of_work)

    with units_of_work.write() as unit:
        unit.people.erase_person(ONE)
        unit.commit()

    with units_of_work.read() as unit:
        heads = unit.records.versions(FIRST)
        assert [(head.version, head.is_live) for head in heads] == [(1, False), (2, False)]
        assert [unit.records.version(FIRST, number) for number in (1, 2)] == [None, None]
        assert unit.records.details_as_of([row], 100) == {}
    nothing = RecordVersion(heads[-1], numbered_items(Details()))
    with pytest.raises(NotFoundError), units_of_work.write() as unit:
        unit.records.amend(nothing, nothing.items, amendment(), by=CLERK, at=NOON)


def test_details_are_told_as_they_were_after_the_amendments_seen(
    units_of_work: UnitsOfWork,
) -> None:
    rows = enrolled(units_of_work, 1, 2)
    seen = []
    for _ in range(3):
        with units_of_work.read() as unit:
            held = unit.people.held(rows)
            seen.append((held[rows[0]].amended_to, unit.people.details_of(rows)))
        amended_once(units_of_work, Add(ItemKind.NAME, PersonName(f"Name{len(seen)}")))

    with units_of_work.read() as unit:
        told = [(place, unit.records.details_as_of(rows, place)) for place, _ in seen]

    assert told == seen
    assert len({place for place, _ in seen}) == 3
    assert seen[0][0] is None
    assert seen[0][1][rows[0]] == details()


def test_amended_people_are_told_in_steps_and_each_amendment_once(
    units_of_work: UnitsOfWork,
) -> None:
    rows = enrolled(units_of_work, 1, 2, 3)
    with units_of_work.read() as unit:
        start = unit.records.last_change()
    with units_of_work.write() as unit:
        for number in (1, 2, 3):
            amend(unit, record_id=RecordId(f"record-{number}"))
        unit.commit()
    amended_once(units_of_work, Withdraw(ItemId("name-1")))

    with units_of_work.read() as unit:
        first = unit.records.changed_after(start, 2)
        second = unit.records.changed_after(first.cursor, 2)
        end = unit.records.changed_after(second.cursor, 2)
        late = unit.records.changed_after(unit.records.last_change(), 2)

    assert (first.person_rows, first.is_last) == (frozenset(rows[:2]), False)
    assert (second.person_rows, second.is_last) == (frozenset((rows[2], rows[0])), False)
    assert (end.person_rows, end.is_last, end.cursor) == (frozenset(), True, second.cursor)
    assert late.person_rows == frozenset()


def test_the_names_index_follows_an_amendment(units_of_work: UnitsOfWork) -> None:
    one, other = enrolled(units_of_work, 1, 2)
    names = LiveNames(units_of_work)
    names.build()
    said = Details(names=(PersonName("Zacharias", "Quennell"),))
    before = names.candidates(said, 10)

    amended_once(
        units_of_work,
        Correct(ItemId("name-1"), ItemKind.NAME, PersonName("Zacharias", "Quennell")),
        Withdraw(ItemId("name-2")),
    )

    assert one not in before
    assert names.candidates(said, 1) == (one,)
    assert names.candidates(Details(names=details().names), 1) == (other,)
    assert len(names) == 2


def test_an_amendment_before_the_build_is_read_with_the_build(units_of_work: UnitsOfWork) -> None:
    (one,) = enrolled(units_of_work, 1)
    amended_once(units_of_work, Add(ItemKind.NAME, PersonName("Zacharias", "Quennell")))

    names = LiveNames(units_of_work)

    assert names.candidates(Details(names=(PersonName("Zacharias", "Quennell"),)), 1) == (one,)
    assert len(names) == 1
