"""Each force against every endpoint with another force's ids: nothing is told, nothing happens."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from domain.access import Role
from domain.ids import ForceCode, UserId
from domain.jobs import JobKind, refused
from service.ports.tenancy import CURRENT_TENANT, Tenant
from service.storage.database import Database
from service.usecases.access import IssueToken, issue_token
from service.usecases.jobs import WorkerPolicy, lease
from service.usecases.messages import queue_messages
from tests.integration.api.driver import ROOT, World
from tests.integration.api.prints import tenprint
from tests.integration.api.workers import ndjson, search_line, submit

OURS, THEIRS = "01", "47"
BODY = {"search_type": "TP/TP", "impressions": tenprint(1, capture=3)}


@pytest.fixture
def their_ids(world: World) -> dict[str, str]:
    """Return ids of all that a force has, by the names they have in addresses."""
    endpoint_id = _endpoint(world)
    person = world.enrol(1, force=THEIRS)
    search_id = world.search(1, force=THEIRS)
    case_id = world.case_of(search_id)
    world.examine(case_id, "examiner-a", person_id=person["person_id"])
    world.examine(case_id, "examiner-b", person_id=person["person_id"])
    return {
        "person_id": person["person_id"],
        "encounter_id": person["encounter_id"],
        "search_id": search_id,
        "case_id": case_id,
        "link_id": _link(world, search_id),
        "batch_id": _batch(world),
        "endpoint_id": endpoint_id,
        "message_id": _dead_letter(world),
        "merge_id": _merge(world, person["person_id"]),
        "token_id": _token(world),
        **_client(world),
    }


def _link(world: World, search_id: str) -> str:
    standing = world.standing(search_id, force=THEIRS)
    assert standing["link"], standing
    return str(standing["link"]["link_id"])


def _batch(world: World) -> str:
    answer = submit(world, ndjson(search_line(1)), force=THEIRS)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["batch_id"])


def _endpoint(world: World, force: str = THEIRS) -> str:
    body = {"url": "https://force.example/hook", "topics": ["search.concluded"]}
    answer = world.force(force).post("/v1/webhooks", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["webhook"]["endpoint_id"])


def _dead_letter(world: World) -> str:
    """Return the id of the message on the conclusion of their search, which nobody took."""
    queue_messages(world.services)
    (message,) = lease(world.services, JobKind.DELIVERY, WorkerPolicy(), limit=2)
    with world.services.units.write() as unit:
        unit.jobs.settle([refused(message, message.not_before, "gone")])
        unit.commit()
    return message.job_id


def _merge(world: World, person_id: str) -> str:
    other = world.enrol(2, force=THEIRS)["person_id"]
    body = {"surviving": person_id, "absorbed": other, "reason": "One set of prints."}
    answer = world.supervisor().post("/v1/merges", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["merge_id"])


def _token(world: World) -> str:
    user = UserId("custody-47-by-night")
    day = timedelta(days=1)
    order = IssueToken(ROOT, user, role=Role.FORCE, force=ForceCode(THEIRS), valid_for=day)
    return str(issue_token(world.services, order).token.token_id)


def _client(world: World) -> dict[str, str]:
    answer = world.administrator().post("/v1/clients", {"name": "custody-suite", "force": THEIRS})
    assert answer.status_code == 201, answer.text
    return {name: str(answer.json()[name]) for name in ("client_id", "key_id")}


def _lists(world: World) -> list[str]:
    """Return the path of every call that reads without an id in its address."""
    document: dict[str, Any] = world.client.get("/openapi.json").json()
    return [
        path
        for path, operations in document["paths"].items()
        if path.startswith("/v1/") and "{" not in path and "get" in operations
    ]


def _addresses(world: World, ids: dict[str, str]) -> list[tuple[str, str]]:
    """Return (method, path) of every call whose address holds an id, theirs filled in."""
    document: dict[str, Any] = world.client.get("/openapi.json").json()
    return [
        (method.upper(), re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path))
        for path, operations in document["paths"].items()
        if path.startswith("/v1/") and "{" in path
        for method in operations
    ]


def test_no_call_of_one_force_tells_or_changes_what_is_another_s(
    world: World, their_ids: dict[str, str]
) -> None:
    ours, before = world.force(OURS), world.counts()

    for method, path in _addresses(world, their_ids):
        answer = world.client.request(method, path, headers=ours.headers, json={})
        told = answer.text
        for place in path.split("/"):
            told = told.replace(place, "") if place in their_ids.values() else told
        assert 400 <= answer.status_code < 500, (method, path, answer.status_code)
        assert not [one for one in their_ids.values() if one in told], (method, path)

    assert world.counts() == before


def test_a_dead_letter_of_theirs_is_not_sent_from_an_endpoint_of_ours(
    world: World, their_ids: dict[str, str]
) -> None:
    path = f"/v1/webhooks/{_endpoint(world, OURS)}/dead-letters/{their_ids['message_id']}"

    answer = world.force(OURS).post(f"{path}/resending")
    theirs = world.force(THEIRS).get(f"/v1/webhooks/{their_ids['endpoint_id']}/dead-letters")

    assert answer.status_code == 404
    letters = theirs.json()["dead_letters"]
    assert [letter["message_id"] for letter in letters] == [their_ids["message_id"]]


def test_lists_hold_a_force_s_own_alone(world: World, their_ids: dict[str, str]) -> None:
    ours = world.force(OURS)

    statuses = {}
    for path in _lists(world):
        answer = ours.get(path)
        statuses[path] = answer.status_code
        assert not [one for one in their_ids.values() if one in answer.text], path

    own = {path for path, status in statuses.items() if status == 200}
    assert own >= {"/v1/searches", "/v1/search-batches", "/v1/notices", "/v1/webhooks"}
    # Without their query some calls are malformed; whoever may not call is told so first.
    assert set(statuses.values()) <= {200, 403, 422}


def test_a_force_still_works_under_row_security(world: World, their_ids: dict[str, str]) -> None:
    search_id = world.search(1, force=OURS)

    assert world.standing(search_id, force=OURS)["search_id"] == search_id
    assert world.force(THEIRS).get(f"/v1/searches/{search_id}").status_code == 404


def test_row_security_hides_and_refuses_other_forces_rows(
    world: World, their_ids: dict[str, str], plain_url: str
) -> None:
    if plain_url.startswith("sqlite"):
        assert _seen(plain_url, None) == 1
        return

    assert _seen(plain_url, THEIRS) == 1
    assert _seen(plain_url, OURS) == 0
    assert _seen(plain_url, None) == 1


def test_a_unit_of_work_is_bound_to_the_tenant_of_its_request(
    world: World, their_ids: dict[str, str], plain_url: str
) -> None:
    database = Database(plain_url)
    token = CURRENT_TENANT.set(Tenant(OURS))  # type: ignore[arg-type]
    try:
        with database.units_of_work().read() as unit:
            found = unit.searches.get(their_ids["search_id"])  # type: ignore[arg-type]
    finally:
        CURRENT_TENANT.reset(token)
        database.close()

    assert (found is None) == plain_url.startswith("postgresql")


def _seen(url: str, force: str | None) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        if force is not None:
            connection.execute(
                text("SELECT set_config('identlink.force', :force, true)"), {"force": force}
            )
        count = int(connection.execute(text("SELECT count(*) FROM searches")).scalar_one())
    engine.dispose()
    return count
