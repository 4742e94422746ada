"""The contract of captures' minutiae: stored whole, kept apart, erased with the person."""

from __future__ import annotations

from domain.ids import EncounterId, PersonId, SearchId
from service.storage.database import UnitsOfWork
from tests.contract.builders import decide_by_two, enrol, link, open_case
from tests.integration.api.minutiae import a_view

SEARCH, ENCOUNTER, OTHER = (
    SearchId("search-1"),
    EncounterId("encounter-1"),
    EncounterId("encounter-2"),
)


def test_minutiae_are_read_as_they_were_added(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.minutiae.add(SEARCH, [a_view(2), a_view(3, seed=1)])
        unit.minutiae.add(ENCOUNTER, [a_view(2, seed=2)])
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.minutiae.of(SEARCH, 2) == a_view(2)
        assert unit.minutiae.of(SEARCH, 3) == a_view(3, seed=1)
        assert unit.minutiae.of(ENCOUNTER, 2) == a_view(2, seed=2)
        assert unit.minutiae.of(SEARCH, 4) is None
        assert unit.minutiae.of(OTHER, 2) is None


def test_minutiae_of_captures_and_linked_probes_go_with_the_person(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(link())
        enrol(unit, 2)
        for owner in (SEARCH, ENCOUNTER, OTHER):
            unit.minutiae.add(owner, [a_view(2)])
        unit.commit()

    with units_of_work.write() as unit:
        unit.people.erase_person(PersonId("person-1"))
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.minutiae.of(SEARCH, 2) is None
        assert unit.minutiae.of(ENCOUNTER, 2) is None
        assert unit.minutiae.of(OTHER, 2) == a_view(2)
