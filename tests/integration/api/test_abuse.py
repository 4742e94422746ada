"""Misuse from outside: slowed, capped, flagged, and shown to the auditor alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from domain.access.access import Role
from domain.ids import ForceCode
from service.background.search_keepers import SearchKeeper
from service.live.rate_limits import RateLimiter
from service.storage.misuse.sketches import Sketches
from service.usecases.leasing import WorkerPolicy
from service.usecases.misuse.watching import forget_sketches, watch_searches
from service.usecases.searches import repeated_probes
from tests.integration.api.driver import World
from tests.integration.api.facts import stated
from tests.integration.api.minutiae import without_prints
from tests.integration.api.prints import (
    finger,
    impression,
    mark,
    template,
    tenprint,
)
from tests.integration.api.workers import later, lines_of, ndjson, searcher, submit, work_all


def climbing(person: int, step: int) -> list[dict[str, Any]]:
    """Return a capture that differs a little from the one of the step before.

    Two of them have a cosine of 0.997: about 6 of the 256 planes separate them, and the chance
    that 25 do, whatever the world's key, is below 1e-7.
    """
    rng = np.random.default_rng([person, step])
    vector = finger(person, 2) + 0.004 * rng.standard_normal(192)
    return [impression(person, 2) | {"template": template(vector / np.linalg.norm(vector))}]


def attempt(
    world: World, fingers: list[dict[str, Any]], *, force: str = "01", **headers: str
) -> Any:
    body = {"search_type": "TP/TP", "impressions": fingers}
    return world.force(force).post("/v1/searches", body, **headers)


def findings(world: World) -> list[dict[str, Any]]:
    return list(world.auditor().get("/v1/findings").json()["findings"])


def watch(world: World) -> None:
    while watch_searches(world.services):
        pass


def test_a_climb_is_flagged_and_then_stopped(world: World) -> None:
    answers = [attempt(world, climbing(1, step)) for step in range(12)]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [201] * 10 + [429] * 2
    assert answers[-1].json()["type"] == "/problems/too-many-attempts"
    # The day since the first attempt, of which seconds have passed.
    assert 86_000 < int(answers[-1].headers["Retry-After"]) <= 86_400
    (found,) = findings(world)
    assert (found["kind"], found["actor"], found["force"]) == ("probe-series", "custody-01", "01")
    assert found["count"] == 4
    assert found["search_id"] == answers[3].json()["search_id"]


def test_attempts_are_counted_once_a_keeper_has_put_them_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeated_probes, "PACK", 2)
    monkeypatch.setattr(Sketches.pack, "__kwdefaults__", {"size": 2})
    keeper, force = SearchKeeper(world.services), ForceCode("01")

    statuses = []
    for step in range(11):
        statuses.append(attempt(world, climbing(1, step)).status_code)
        keeper.step()

    with world.services.units.read() as unit:
        known = unit.sketches.known(force, since=datetime(2000, 1, 1, tzinfo=UTC), limit=500)
    assert statuses == [201] * 10 + [429]
    assert (known.alone, len(known.lengths)) == (0, 10)


def test_a_series_is_an_event_of_the_log_without_the_probe(sqlite_world: World) -> None:
    world = sqlite_world
    for step in range(6):
        attempt(world, climbing(1, step))

    with world.services.units.read() as unit:
        events = [json.loads(entry.body) for entry in unit.events.every()]
    (event,) = [event for event in events if event["type"] == "abuse-suspected"]
    assert stated(event) == {"kind": "probe-series", "count": 4}


def test_other_people_and_other_forces_are_not_attempts_with_a_probe(world: World) -> None:
    for step in range(10):
        assert attempt(world, climbing(1, step)).status_code == 201

    other_person = attempt(world, climbing(2, 0))
    other_force = attempt(world, climbing(1, 11), force="10")

    assert (other_person.status_code, other_force.status_code) == (201, 201)


def test_the_same_request_sent_again_is_no_attempt(sqlite_world: World) -> None:
    for _ in range(15):
        answer = attempt(sqlite_world, climbing(1, 0), Idempotency_Key="key-1")
        assert answer.status_code == 201

    assert findings(sqlite_world) == []


def test_while_cases_with_a_probe_are_open_fewer_attempts_are_let_through(world: World) -> None:
    world.enrol(1)

    statuses = [attempt(world, tenprint(1, capture=3)).status_code for _ in range(6)]

    assert statuses == [201] * 5 + [429]


def test_a_day_later_the_probe_may_be_searched_with_again(sqlite_world: World) -> None:
    world = sqlite_world
    for step in range(10):
        attempt(world, climbing(1, step))
    ahead = later(world.services, timedelta(hours=25))

    lines = ndjson({"search_type": "TP/TP", "impressions": climbing(1, 11)})
    batch_id = submit(world, lines).json()["batch_id"]
    work_all(searcher(ahead))
    forgotten = forget_sketches(ahead, kept=timedelta(hours=24))

    assert [line["state"] for line in lines_of(world, batch_id)] == ["done"]
    assert forgotten == 10


@pytest.mark.parametrize("together", [1, 8])
def test_a_climb_in_a_batch_is_stopped_as_well(sqlite_world: World, together: int) -> None:
    lines = [{"search_type": "TP/TP", "impressions": climbing(1, n)} for n in range(12)]
    batch_id = submit(sqlite_world, ndjson(*lines)).json()["batch_id"]

    work_all(searcher(sqlite_world.services, policy=WorkerPolicy(stored_together=together)))

    problems = [line["problem"] for line in lines_of(sqlite_world, batch_id)]
    assert problems == [None] * 10 + ["too-many-attempts"] * 2


def test_a_caller_that_calls_too_fast_is_told_to_wait(sqlite_world: World) -> None:
    world = sqlite_world
    force, auditor = world.force(), world.auditor()
    object.__setattr__(world.app.state.api, "limiter", RateLimiter(3, lambda: 0.0))

    statuses = [force.get("/v1/searches").status_code for _ in range(5)]
    slow = force.get("/v1/searches")
    other = auditor.get("/v1/findings")

    assert statuses == [200, 200, 200, 429, 429]
    assert slow.json()["type"] == "/problems/rate-limited"
    # Three calls a minute: the next one after a third of it.
    assert slow.headers["Retry-After"] == "20"
    assert other.status_code == 200


def enrol_staff(world: World, person: int, user: str) -> str:
    body = {
        "user": user,
        "captured_at": "2024-05-06T07:08:09Z",
        "impressions": without_prints(tenprint(person)),
    }
    answer = world.administrator().post("/v1/staff-prints", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["person_id"])


def test_staff_prints_are_never_proposed_and_a_search_with_them_is_flagged(
    world: World,
) -> None:
    person_id = enrol_staff(world, 1, "soco-7")
    world.enrol(2)

    search_id = world.search(1)
    world.search(2)
    watch(world)
    watch(world)

    with world.services.units.read() as unit:
        proposed = {c.person_id for c in unit.searches.candidates(search_id)}  # type: ignore[arg-type]
    assert person_id not in proposed
    (found,) = findings(world)
    assert (found["kind"], found["search_id"]) == ("staff-match", search_id)


def test_a_mark_left_by_staff_is_flagged(sqlite_world: World) -> None:
    world = sqlite_world
    enrol_staff(world, 1, "soco-7")

    search_id = world.search(1, impressions=mark(1, 2), search_type="LT/TP")
    watch(world)

    assert [f["search_id"] for f in findings(world) if f["kind"] == "staff-match"] == [search_id]


def test_staff_who_search_for_themselves_are_flagged_twice(sqlite_world: World) -> None:
    world = sqlite_world
    enrol_staff(world, 1, "custody-01")

    world.search(1)
    watch(world)

    assert {f["kind"] for f in findings(world)} == {"staff-match", "own-record"}


def test_a_names_enquiry_for_ones_own_name_is_flagged(sqlite_world: World) -> None:
    world = sqlite_world
    user = world.user(Role.FORCE, "jane.smith", force="01")
    for surname in ("Smith", "Jones"):
        said = {"names": [{"forename": "Jane", "surname": surname}]}
        assert user.post("/v1/names-enquiries", {"details": said}).status_code in {200, 201}

    watch(world)

    (found,) = findings(world)
    assert (found["kind"], found["actor"]) == ("own-record", "jane.smith")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"impressions": []}, 400),
        ({"impressions": without_prints(mark(1, 2))}, 400),
        ({"user": "no spaces allowed"}, 422),
        ({"captured_at": "yesterday"}, 400),
    ],
)
def test_staff_prints_that_are_none_are_refused(
    sqlite_world: World, change: dict[str, Any], status: int
) -> None:
    body = {
        "user": "soco-7",
        "captured_at": "2024-05-06T07:08:09Z",
        "impressions": without_prints(tenprint(1)),
    }

    refused = sqlite_world.administrator().post("/v1/staff-prints", body | change)

    assert refused.status_code == status


def test_findings_are_paged(sqlite_world: World) -> None:
    world = sqlite_world
    enrol_staff(world, 1, "custody-01")
    world.search(1)
    watch(world)

    first = world.auditor().get("/v1/findings?limit=1").json()
    second = world.auditor().get(f"/v1/findings?limit=1&before={first['next_before']}").json()

    assert len(first["findings"]) == len(second["findings"]) == 1
    assert first["findings"] != second["findings"]
    assert second["next_before"] is None


def test_the_access_report_shows_who_looks_at_what_and_is_itself_logged(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    for person in range(1, 26):
        said = {"names": [{"forename": "Ann", "surname": f"Person{person}"}]}
        world.user(Role.FORCE, "browser", force="01").post(
            "/v1/names-enquiries", {"details": said}
        )
    for other in ("custody-10", "custody-13", "custody-14"):
        world.force(other[-2:]).post(
            "/v1/names-enquiries", {"details": {"names": [{"surname": "One", "forename": "A"}]}}
        )
    now = datetime.now(UTC)
    span = {
        "since": (now - timedelta(days=1)).isoformat(),
        "until": (now + timedelta(1)).isoformat(),
    }

    report = world.auditor().get("/v1/access-report", params=span).json()["patterns"]

    assert (report[0]["actor"], report[0]["looks"], report[0]["without_case"]) == (
        "browser",
        25,
        25,
    )
    assert report[0]["is_unusual"]
    assert {pattern["actor"] for pattern in report[1:]} >= {"custody-10", "custody-13"}
    with world.services.units.read() as unit:
        events = [json.loads(entry.body) for entry in unit.events.every()]
    assert events[-1]["facts"]["view"] == "access-report"


@pytest.mark.parametrize("days", [0, 101])
def test_a_report_spans_some_time_and_not_too_much(shared_world: World, days: int) -> None:
    until = datetime(2025, 3, 14, tzinfo=UTC)
    span = {"since": (until - timedelta(days=days)).isoformat(), "until": until.isoformat()}

    assert shared_world.auditor().get("/v1/access-report", params=span).status_code == 400


def test_nobody_but_the_auditor_sees_findings(shared_world: World) -> None:
    callers = [
        shared_world.force(),
        shared_world.examiner(),
        shared_world.supervisor(),
        shared_world.administrator(),
    ]

    assert {caller.get("/v1/findings").status_code for caller in callers} == {403}
