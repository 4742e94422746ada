"""The contract of webhook endpoints."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.ids import EndpointId, ForceCode, Topic
from domain.webhooks import Endpoint
from service.storage.database import UnitsOfWork
from tests.contract.builders import FORCE, NOON, OFFICER

LATER = NOON + timedelta(hours=1)
FIRST = EndpointId("endpoint-1")


def endpoint(endpoint_id: str = "endpoint-1", **changes: Any) -> Endpoint:
    made = Endpoint(
        EndpointId(endpoint_id),
        FORCE,
        "https://receiver.example/hook?a=b",
        frozenset({Topic("search.concluded"), Topic("batch.finished")}),
        OFFICER,
        NOON,
    )
    return replace(made, **changes)


def test_an_endpoint_reads_back_equal(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.webhooks.add(endpoint())
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.webhooks.get(FIRST) == endpoint()
        assert unit.webhooks.get(EndpointId("unknown")) is None


def test_a_force_has_its_own_and_removed_ones_are_not_among_them(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        for number in (1, 2, 3):
            unit.webhooks.add(endpoint(f"endpoint-{number}"))
        unit.webhooks.add(endpoint("foreign", force=ForceCode("10")))
        unit.webhooks.remove(EndpointId("endpoint-2"), NOON)
        unit.webhooks.remove(EndpointId("endpoint-2"), LATER)
        unit.commit()

    with units_of_work.read() as unit:
        mine = [each.endpoint_id for each in unit.webhooks.of_force(FORCE)]
        every = [each.endpoint_id for each in unit.webhooks.every()]
        removed = unit.webhooks.get(EndpointId("endpoint-2"))
    assert mine == ["endpoint-1", "endpoint-3"]
    assert every == ["endpoint-1", "endpoint-3", "foreign"]
    assert removed == endpoint("endpoint-2", removed_at=NOON)


def test_a_secret_moves_on_one_version_at_a_time(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.webhooks.add(endpoint())
        moved = [
            unit.webhooks.rotate(FIRST, to_version=version, at=LATER) for version in (3, 2, 2)
        ]
        found = unit.webhooks.get(FIRST)

    assert moved == [False, True, False]
    assert found == endpoint(secret_version=2, secret_changed_at=LATER)


def test_an_endpoint_is_paused_and_resumed(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.webhooks.add(endpoint())
        unit.webhooks.pause(FIRST, is_paused=True)
        paused = unit.webhooks.get(FIRST)
        unit.webhooks.pause(FIRST, is_paused=False)
        resumed = unit.webhooks.get(FIRST)

    assert paused == endpoint(is_paused=True)
    assert resumed == endpoint()
