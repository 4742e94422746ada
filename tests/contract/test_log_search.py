"""Finding events, nodes and weighed evidence, as proofs, audits and replays need them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import NotFoundError
from domain.events.links import Linked
from domain.events.people import Enrolled, Erased
from domain.ids import (
    CaseId,
    EncounterId,
    EncounterRow,
    EventId,
    ForceCode,
    PersonId,
    RecordId,
    UserId,
)
from domain.list_pages import EventFilter
from matching.prepared import prepare
from service.storage.database import UnitsOfWork
from tests.contract.builders import NOON, caller, details, enrol, event, record, tenprint

HOUR = timedelta(hours=1)


@pytest.fixture
def units(units_of_work: UnitsOfWork) -> UnitsOfWork:
    """Return a log of four events that differ in every field."""
    with units_of_work.write() as unit:
        unit.events.append(event("e0", subject_refs=("person-1", "search-1")))
        unit.events.append(event("e1", caller=caller("ann"), at=NOON + HOUR, case_id=CaseId("c1")))
        unit.events.append(event("e2", event_type=Linked.event_type, at=NOON + 2 * HOUR))
        unit.events.append(event("e3", force=ForceCode("13"), at=NOON + 3 * HOUR))
        unit.commit()
    return units_of_work


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EventFilter(), ["e3", "e2", "e1", "e0"]),
        (EventFilter(actor=UserId("ann")), ["e1"]),
        (EventFilter(force=ForceCode("13")), ["e3"]),
        (EventFilter(case_id=CaseId("c1")), ["e1"]),
        (EventFilter(subject_ref="person-1"), ["e0"]),
        (EventFilter(event_type=Linked.event_type), ["e2"]),
        (EventFilter(since=NOON + HOUR, until=NOON + 3 * HOUR), ["e2", "e1"]),
        (EventFilter(actor=UserId("ann"), event_type=Linked.event_type), []),
    ],
)
def test_events_are_found_by_what_is_asked_newest_first(
    units: UnitsOfWork, wanted: EventFilter, found: list[str]
) -> None:
    with units.read() as unit:
        assert [e.event_id for e in unit.events.search(wanted, before=None, limit=9)] == found


def test_a_page_ends_at_its_limit_and_goes_on_before_a_number(units: UnitsOfWork) -> None:
    with units.read() as unit:
        page = unit.events.search(EventFilter(), before=3, limit=2)

    assert [entry.event_id for entry in page] == ["e2", "e1"]


def test_an_event_is_found_by_its_id_and_the_latest_by_its_type(units: UnitsOfWork) -> None:
    with units.read() as unit:
        found, unknown = unit.events.find(EventId("e1")), unit.events.find(EventId("e9"))
        latest, none = (
            unit.events.latest(kind) for kind in (Enrolled.event_type, Erased.event_type)
        )

    assert found is not None
    assert latest is not None
    assert (found.seq, unknown, latest.event_id, none) == (1, None, "e3", None)


def test_nodes_are_read_together_and_a_missing_one_is_named(units: UnitsOfWork) -> None:
    with units.read() as unit:
        together = unit.events.nodes([(0, 1), (2, 0)])
        alone = {place: unit.events.nodes([place])[place] for place in ((0, 1), (2, 0))}
        empty = unit.events.nodes([])
        with pytest.raises(NotFoundError):
            unit.events.nodes([(0, 0), (7, 0)])

    assert (together, empty) == (alone, {})


def test_a_superseded_record_is_still_read_by_its_version(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        row = enrol(unit).person_row
        unit.people.put_record(record(details=details(place_of_birth="Elsewhere")))
        unit.commit()

    with units_of_work.read() as unit:
        held = unit.people.held([row])[row]
        old, new, none = (
            unit.people.record_version(RecordId("record-1"), version) for version in (1, 2, 3)
        )
    assert old is not None
    assert new is not None
    assert (held.record_version, held.details) == (2, prepare(new.details))
    assert (old.details.place_of_birth, new.details.place_of_birth) == ("Llanfair", "Elsewhere")
    assert none is None


def test_stored_templates_are_read_by_row_and_by_id(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        rows = [EncounterRow(enrol(unit, number).encounter_row) for number in (1, 2)]
        unit.commit()

    with units_of_work.read() as unit:
        by_row = unit.encounters.templates(rows)
        by_id = unit.encounters.templates_by_id([EncounterId("encounter-2"), EncounterId("none")])
    stored = by_id.tenprints.captures.vectors[0]
    assert set(by_row.encounter_ids.values()) == {"encounter-1", "encounter-2"}
    assert list(by_id.encounter_ids.values()) == ["encounter-2"]
    assert abs(float(stored[0] @ tenprint(2)[0].vector) - 1.0) < 1e-3
    assert len(by_id.marks) == 0


def test_an_erasure_says_how_many_payloads_went(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        enrol(unit)
        unit.commit()
    with units_of_work.write() as unit:
        counts = [unit.people.erase_person(PersonId(name)) for name in ("person-1",) * 2]
        unit.commit()

    assert counts == [2, 0]
