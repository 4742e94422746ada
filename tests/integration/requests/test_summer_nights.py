"""Between midnight and one in summer the day of the office has begun, and that of UTC has not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.requests.working import FINE, Worked, add_convictions, asked

NIGHT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
DAY, NEXT = "2026-07-01", "2026-07-02"


def at_night(world: World) -> World:
    """Move the clock of the service to half past midnight on 1 July 2026."""
    world.officer()
    api = world.app.state.api
    surroundings = replace(api.services.surroundings, clock=lambda: NIGHT)
    world.app.state.api = replace(api, services=replace(api.services, surroundings=surroundings))
    return world


def test_what_happened_today_is_taken_and_what_is_of_tomorrow_is_refused(
    sqlite_world: World,
) -> None:
    record_id = sqlite_world.enrol(1)["record_id"]
    world = at_night(sqlite_world)

    opened = world.officer().post("/v1/requests", asked(received_on=DAY))
    early = world.officer().post("/v1/requests", asked(received_on=NEXT, reference="2"))
    version = add_convictions(world, record_id, FINE | {"decided_on": DAY})

    assert opened.status_code == 201, opened.text
    assert_problem(early, 400, "invalid-input")
    assert version == 2
    assert Worked(world, opened.json()["request_id"]).read()["received_on"] == DAY
