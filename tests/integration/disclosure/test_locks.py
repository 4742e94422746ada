"""No two transactions wait for each other: people are locked in one order, and before the log.

On PostgreSQL each would wait for what the other holds, until the server refuses one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response

from domain.ids import RecordId
from service.storage.unit_of_work import UnitOfWork
from tests.beside import begun
from tests.court_messages import Told
from tests.integration.agencies.test_court_results import laid, sent, step, summonsed
from tests.integration.api.driver import World
from tests.integration.api.merging import merged
from tests.integration.requests.test_disputes import agreed, proposed, raised
from tests.integration.requests.working import amend

pytestmark = [
    pytest.mark.promise("records"),
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]

Call = Callable[[], Response | int]


def _tell(world: World, record_id: str) -> Call:
    feed, body = world.court_feed(), Told().delivered()
    return lambda: feed.send("/v1/court-results", body, Content_Type="application/xml")


def _propose(world: World, record_id: str) -> Call:
    matter_id = sent(world, Told(forename="Osvin"))["matter_id"]
    world.officer()
    return lambda: step(world, matter_id, "attachment", **laid(record_id))


def _attach(world: World, record_id: str) -> Call:
    matter_id = sent(world, Told(forename="Osvin"))["matter_id"]
    assert step(world, matter_id, "attachment", **laid(record_id)).is_success
    world.officer("officer-b")
    return lambda: step(world, matter_id, "answer", "officer-b", expected_step=2, agrees=True)


def _merge(world: World, record_id: str) -> Call:
    pair = {"surviving": _person(world, record_id), "absorbed": world.enrol(2)["person_id"]}
    body = pair | {"reason": "One set of prints."}
    merge_id = world.supervisor("sue").post("/v1/merges", body).json()["merge_id"]
    tom = world.supervisor("tom")
    return lambda: tom.post(f"/v1/merges/{merge_id}/confirmation")


def _dispute(world: World, record_id: str) -> Call:
    world.officer()
    return lambda: raised(world, record_id, "arrest-report-1")


def _decide(world: World, record_id: str) -> Call:
    dispute_id = raised(world, record_id, "arrest-report-1").json()["dispute_id"]
    assert proposed(world, dispute_id, theirs=False).is_success
    world.officer("officer-b")
    return lambda: agreed(world, dispute_id)


def _join(world: World, record_id: str) -> Call:
    other = world.enrol(2)
    merged(world, other["person_id"], _person(world, record_id))
    change = {"change": "add", "item": {"kind": "nationality", "nationality": "POL"}}
    world.force()
    return lambda: amend(world, other["record_id"], change)


def _erased(unit: UnitOfWork, record_id: str) -> None:
    assert unit.people.erase_person(unit.records.versions(RecordId(record_id))[0].person_id)


def _amended(unit: UnitOfWork, record_id: str) -> None:
    record = unit.people.record(RecordId(record_id))
    assert record is not None
    unit.people.put_record(record)


@pytest.mark.parametrize("change", [_tell, _propose, _attach, _merge, _dispute, _decide, _join])
@pytest.mark.parametrize("others", [_erased, _amended])
def test_a_change_that_holds_the_log_first_waits_for_the_people_it_concerns(
    world: World, change: Any, others: Any
) -> None:
    record_id = summonsed(world)
    call = change(world, record_id)

    with world.services.units.write() as unit:
        others(unit, record_id)
        with begun(world.services.units, call) as answer:
            unit.commit()

    assert not isinstance(answer.result(), Response) or answer.result().status_code < 500


def test_a_search_locks_its_candidates_in_the_order_in_which_people_are_erased(
    world: World,
) -> None:
    people = [world.enrol(1)["person_id"]]
    while people[-1] >= people[0]:
        people.append(world.enrol(1)["person_id"])
    first, last = people[-1], people[0]

    with world.services.units.write() as unit:
        unit.people.claim([first])
        with begun(world.services.units, lambda: world.search(1)) as search_id:
            unit.people.claim([last])
            unit.commit()

    assert search_id.result()


def _person(world: World, record_id: str) -> str:
    with world.services.units.read() as unit:
        return unit.records.versions(RecordId(record_id))[0].person_id
