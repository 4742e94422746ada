"""The contract of sketches, findings and staff."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import insert

from domain.abuse import Access, Finding, FindingKind, Sketch, StaffPerson
from domain.errors import ConflictError
from domain.events.people import Enrolled
from domain.events.searches import Searched
from domain.examination.cases import CaseState
from domain.ids import CaseId, FindingId, ForceCode, PersonId, SearchId, UserId
from service.storage.database import UnitsOfWork
from service.storage.misuse import abuse as storage
from service.storage.misuse import sketches
from service.storage.misuse.sketches import KnownSketches
from service.storage.tables.searches import sketch_packs
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import FORCE, NOON, OFFICER, case, enrol, event, probe, search

HOUR = timedelta(hours=1)


def finding(finding_id: str = "finding-1", **changes: Any) -> Finding:
    made = Finding(
        FindingId(finding_id),
        FindingKind.PROBE_SERIES,
        f"series-of-{finding_id}",
        OFFICER,
        FORCE,
        "search-1",
        4,
        NOON,
    )
    return replace(made, **changes)


def add_searches(unit: UnitOfWork, count: int, force: ForceCode = FORCE) -> None:
    for number in range(1, count + 1):
        search_id = SearchId(f"search-{force}-{number}")
        unit.searches.add(search(search_id, force=force), probe(number), [])
        at = NOON + number * HOUR
        unit.sketches.add(Sketch(search_id, force, at, b"body %d" % number))


def ids(known: KnownSketches) -> list[str]:
    return [one.search_id for one in known.counted(every(known))]


def every(known: KnownSketches) -> npt.NDArray[np.int64]:
    return np.arange(len(known.lengths))


def test_the_newest_sketches_of_a_force_count_within_the_window(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        add_searches(unit, 4)
        add_searches(unit, 2, ForceCode("10"))
        unit.commit()

    with units_of_work.read() as unit:
        since = unit.sketches.known(FORCE, since=NOON + 2 * HOUR, limit=9)
        newest = unit.sketches.known(FORCE, since=NOON, limit=1)

    assert ids(since) == ["search-01-2", "search-01-3", "search-01-4"]
    assert ids(newest) == ["search-01-4"]
    assert newest.joined == b"body 4"


def test_sketches_in_packs_count_as_those_that_stand_alone(
    units_of_work: UnitsOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sketches, "PACK", 3)
    with units_of_work.write() as unit:
        add_searches(unit, 7)
        add_searches(unit, 2, ForceCode("10"))
        before = unit.sketches.known(FORCE, since=NOON + 2 * HOUR, limit=4)
        packed = unit.sketches.pack(FORCE, size=3)
        unit.commit()

    with units_of_work.read() as unit:
        after = unit.sketches.known(FORCE, since=NOON + 2 * HOUR, limit=4)
        others = unit.sketches.known(ForceCode("10"), since=NOON, limit=9)

    assert (packed, before.alone, after.alone, others.alone) == (6, 4, 1, 2)
    assert ids(after) == ids(before) == [f"search-01-{number}" for number in (4, 5, 6, 7)]
    assert after.counted(every(after))[0].at == NOON + 4 * HOUR
    bodies = {bytes(one) for one in np.split(np.frombuffer(after.joined, np.uint8), 7)}
    assert bodies == {b"body %d" % number for number in range(1, 8)}


def test_packs_that_lost_sketches_leave_the_newest_to_count(
    units_of_work: UnitsOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sketches, "PACK", 3)
    with units_of_work.write() as unit:
        for number in range(1, 10):
            made = search(f"search-{number}", submitted_at=NOON + number * HOUR)
            unit.searches.add(made, probe(number), [], sketch=b"body")
        assert unit.sketches.pack(FORCE, size=3) == 9
        gone = [SearchId(f"search-{number}") for number in (4, 5, 7, 8)]
        sketches.forget_sketches_of(unit.transaction.connection, gone)
        known = unit.sketches.known(FORCE, since=NOON, limit=4)
        later = unit.sketches.known(FORCE, since=NOON + 6 * HOUR, limit=4)

    assert ids(known) == [f"search-{number}" for number in (2, 3, 6, 9)]
    assert ids(later) == ["search-6", "search-9"]


def test_old_sketches_in_packs_are_forgotten_one_by_one(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        add_searches(unit, 7)
        unit.sketches.pack(FORCE, size=3)
        forgotten = unit.sketches.forget(before=NOON + 5 * HOUR)
        left = unit.sketches.known(FORCE, since=NOON, limit=9)

    assert forgotten == 4
    assert ids(left) == ["search-01-5", "search-01-6", "search-01-7"]
    assert b"body 4" not in left.joined


@pytest.mark.parametrize("content", [b"", b"no pack of sketches"])
def test_old_packs_are_forgotten_though_they_are_damaged(
    units_of_work: UnitsOfWork, content: bytes
) -> None:
    damaged = {"force": FORCE, "from_at": NOON, "to_at": NOON + HOUR, "content": content}
    with units_of_work.write() as unit:
        unit.transaction.connection.execute(insert(sketch_packs), damaged)
        add_searches(unit, 3)
        unit.sketches.forget(before=NOON + 3 * HOUR)
        left = unit.sketches.known(FORCE, since=NOON, limit=9)

    assert ids(left) == ["search-01-3"]


def test_old_sketches_are_forgotten(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        add_searches(unit, 3)
        forgotten = unit.sketches.forget(before=NOON + 3 * HOUR)
        left = unit.sketches.known(FORCE, since=NOON, limit=9)

    assert forgotten == 2
    assert ids(left) == ["search-01-3"]


def test_searches_under_examination_are_those_whose_case_is_open(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        add_searches(unit, 3)
        unit.cases.add(case("case-1", "search-01-1"))
        closed = case("case-2", "search-01-2", state=CaseState.NOT_LINKED)
        unit.cases.add(closed)
        ids = [SearchId(f"search-01-{n}") for n in (1, 2, 3)]
        counts = [unit.abuse.under_examination(ids), unit.abuse.under_examination(ids[1:])]
        assert unit.cases.get(CaseId("case-2")) == closed

    assert counts == [1, 0]


@pytest.mark.parametrize("is_packed", [False, True])
def test_the_sketch_of_an_erased_person_goes_with_them(
    units_of_work: UnitsOfWork, is_packed: bool
) -> None:
    with units_of_work.write() as unit:
        enrolled = enrol(unit)
        own = search("search-own", encounter_id="encounter-1")
        unit.searches.add(own, probe(), [])
        unit.sketches.add(Sketch(own.search_id, FORCE, own.submitted_at, b"sketch"))
        other = search("search-other")
        unit.searches.add(other, probe(), [])
        unit.sketches.add(Sketch(other.search_id, FORCE, other.submitted_at, b"spared"))
        assert unit.sketches.pack(FORCE, size=2 if is_packed else 3) == 2 * is_packed
        unit.commit()

    with units_of_work.write() as unit:
        unit.people.erase_person(PersonId("person-1"))
        unit.commit()

    with units_of_work.read() as unit:
        assert enrolled.person_row
        left = unit.sketches.known(FORCE, since=NOON - HOUR, limit=9)
        assert (ids(left), left.joined) == (["search-other"], b"spared")


def test_two_erasures_at_once_both_reach_a_pack(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for number in (1, 2):
            enrol(unit, number)
            own = search(f"search-{number}", encounter_id=f"encounter-{number}")
            unit.searches.add(own, probe(), [])
            unit.sketches.add(Sketch(own.search_id, FORCE, own.submitted_at, b"own %d" % number))
        assert unit.sketches.pack(FORCE, size=2) == 2
        unit.commit()

    def erase(number: int) -> None:
        with units_of_work.write() as unit:
            unit.people.erase_person(PersonId(f"person-{number}"))
            unit.commit()

    with ThreadPoolExecutor(1) as other:
        with units_of_work.write() as unit:
            unit.people.erase_person(PersonId("person-1"))
            second = other.submit(erase, 2)
            # It comes as far as the first lets it.
            wait((second,), timeout=0.5)
            unit.commit()
        second.result()

    with units_of_work.read() as unit:
        assert ids(unit.sketches.known(FORCE, since=NOON - HOUR, limit=9)) == []


def test_a_finding_is_stored_once_for_its_series(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        stored = [
            unit.abuse.add_finding(finding()),
            unit.abuse.add_finding(finding("finding-2", series="series-of-finding-1")),
            unit.abuse.add_finding(
                finding("finding-3", series="series-of-finding-1", kind=FindingKind.OWN_RECORD)
            ),
        ]
        unit.commit()

    with units_of_work.read() as unit:
        found = unit.abuse.findings(before=None, limit=9).items
    assert stored == [True, False, True]
    assert [each.finding_id for each in found] == ["finding-3", "finding-1"]
    assert found[1] == finding()


def test_findings_are_paged_from_the_newest(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for number in range(1, 4):
            unit.abuse.add_finding(finding(f"finding-{number}", force=None))
        unit.commit()

    with units_of_work.read() as unit:
        page = unit.abuse.findings(before="finding-3", limit=1).items
        nothing = unit.abuse.findings(before="unknown", limit=9).items

    assert page == (finding("finding-2", force=None),)
    assert nothing == ()


def test_staff_are_known_by_their_person(units_of_work: UnitsOfWork) -> None:
    staff = StaffPerson(PersonId("person-1"), UserId("ann"), OFFICER, NOON)
    with units_of_work.write() as unit:
        before = unit.abuse.has_staff()
        enrol(unit)
        unit.abuse.add_staff(staff)
        with pytest.raises(ConflictError):
            unit.abuse.add_staff(replace(staff, user_id=UserId("bob")))
        unit.commit()

    with units_of_work.read() as unit:
        wanted = [PersonId("person-1"), PersonId("person-2")]
        assert (before, unit.abuse.has_staff()) == (False, True)
        assert unit.abuse.staff_among(wanted) == {PersonId("person-1"): UserId("ann")}


def test_accesses_are_the_events_of_a_span_in_order(
    units_of_work: UnitsOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_PAGE", 2)
    with units_of_work.write() as unit:
        for number in range(6):
            kind = Searched.event_type if number != 3 else Enrolled.event_type
            case_id = CaseId("case-1") if number == 2 else None
            at = NOON + number * HOUR
            unit.events.append(event(f"e-{number}", event_type=kind, at=at, case_id=case_id))
        unit.commit()

    with units_of_work.read() as unit:
        found = list(
            unit.abuse.accesses([Searched.event_type], since=NOON + HOUR, until=NOON + 5 * HOUR)
        )

    assert found == [
        Access(OFFICER, Searched.event_type, number == 2, NOON + number * HOUR)
        for number in (1, 2, 4)
    ]
