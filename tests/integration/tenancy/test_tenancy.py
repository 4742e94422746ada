"""Each force against every endpoint with another force's ids: no disclosure, no effect."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
from httpx2 import Response
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from domain.access.access import ROLE_SCOPES, Role
from domain.events.looking import LookKind
from domain.ids import ForceCode, RecordId, UserId
from domain.people.amendments import Amendment, AmendmentReason, SourceKind
from service.ports.surroundings import CURRENT_TENANT, Tenant
from service.storage.database import Database
from service.storage.tables.metadata import METADATA
from tests.formats import FORMAT
from tests.integration.api.driver import World
from tests.integration.tenancy.bodies import OURS, THEIRS
from tests.integration.tenancy.calls import Call, documented
from tests.integration.tenancy.theirs import add_client, add_endpoint
from tests.postgres import PostgresDatabase

pytestmark = pytest.mark.promise("tenancy")

EXCEPTIONS: dict[str, tuple[int, str]] = {
    "POST /v1/searches": (201, "whoever has been arrested may be anybody's: one's own search"),
    "POST /v1/search-batches": (202, "as above, for each line: one's own batch"),
    "POST /v1/names-enquiries": (201, "tells who holds a record, and nothing of the record"),
    "POST /v1/webhooks": (201, "two forces may be told at one address: one's own endpoint"),
    "POST /v1/oauth/token": (401, "comes before there is a token; in the words of RFC 6749"),
    "POST /v1/exchange/messages": (404, "is open to States, which sign; none is set here"),
    "POST /v1/links/{link_id}/court-bundle": (403, "names the work of the office: for its people"),
    "POST /v1/oidc/back-channel-logout": (404, "is open to the identity provider; here is none"),
}
"""Calls that a force may make whatever ids the body names: their status, and why.

Of all others, those open to a force are answered with 404, the rest with 403.
"""

OPEN = {
    "POST /v1/certificates/check": "tells one word to whoever has a code; no force asks it",
    "POST /v1/certificates/watch-check": "tells one answer to whoever has a holder's code",
    "GET /v1/certificates/status/{number}/{purpose}": "bits without names",
}
"""Calls that are open to anybody, without a token: nothing in them is a force's."""

HEADS = {"log_head"}
"""Tables with one row that changes with every write."""

LOG = HEADS | {"events", "event_subjects", "log_nodes", "checkpoints"}
"""Tables of the log, in which a refused call is put on record, and that is signed meanwhile."""


@pytest.fixture
def sent_ids(world: World, their_ids: dict[str, str]) -> dict[str, str]:
    """Return their ids, and a secret of ours that authenticates a client of ours."""
    return their_ids | {"our_secret": add_client(world, OURS)["secret"]}


@pytest.mark.dear("sends every call of the API")
def test_no_call_of_one_force_tells_or_changes_what_is_another_s(
    world: World, their_ids: dict[str, str], sent_ids: dict[str, str], plain_url: str
) -> None:
    ours = world.force(OURS)
    counts, rows = world.counts(), _rows(plain_url)

    found = {}
    for call in _calls(world, are_refused=True):
        answer = call.send(world, ours.headers, sent_ids)
        found[call.operation] = answer.status_code
        assert answer.status_code in call.statuses, call.operation
        assert not _told(answer, call, sent_ids, their_ids), call.operation

    assert found == {call.operation: _status(call) for call in _calls(world, are_refused=True)}
    assert world.counts() == counts
    now = _rows(plain_url)
    assert {name: now[name] for name in now.keys() - LOG} == {
        name: rows[name] for name in rows.keys() - LOG
    }
    added = "".join(row for name in LOG - HEADS for row in now[name] - rows[name])
    assert not [name for name, one in their_ids.items() if len(one) > 20 and one in added]


@pytest.mark.dear("sends every call of the API")
def test_what_a_force_may_do_all_the_same_makes_its_own_alone(
    world: World, their_ids: dict[str, str], sent_ids: dict[str, str], plain_url: str
) -> None:
    ours = world.force(OURS)
    counts, rows = world.counts(), _rows(plain_url)
    with world.services.units.read() as unit:
        size = unit.events.size()

    found = {}
    for call in _calls(world, are_refused=False):
        answer = call.send(world, ours.headers, sent_ids)
        found[call.operation] = answer.status_code
        assert not _told(answer, call, sent_ids, their_ids), call.operation

    assert found == {name: status for name, (status, _) in EXCEPTIONS.items() if status < 400}
    now = _rows(plain_url)
    assert not [name for name in rows.keys() - HEADS if not rows[name] <= now[name]]
    assert world.counts() == (counts[0] + len(found), *counts[1:])
    with world.services.units.read() as unit:
        events = unit.events.entries(start=size, limit=100)
    assert {json.loads(event.body)["force"] for event in events} == {OURS}
    # A names enquiry finds people of every force: its look names them, to auditors alone.
    bodies = [event.body for event in events]
    others = [body for body in bodies if json.loads(body)["facts"].get("kind") != LookKind.ENQUIRY]
    assert len(others) == len(bodies) - 1
    assert not [one for one in their_ids.values() for body in others if one.encode() in body]


@pytest.mark.dear("sends every call of the API")
def test_a_thing_of_another_force_is_answered_like_one_that_does_not_exist(
    world: World, sent_ids: dict[str, str]
) -> None:
    ours = world.force(OURS)
    nothing = {name: f"{number:032}" for number, name in enumerate(sent_ids)}

    for call in _calls(world, are_refused=True):
        foreign = call.send(world, ours.headers, sent_ids)
        absent = call.send(world, ours.headers, nothing)

        assert foreign.status_code == absent.status_code, call.operation
        told = [dict(answer.json(), instance="") for answer in (foreign, absent)]
        assert told[0] == told[1], call.operation


def _calls(world: World, *, are_refused: bool) -> Iterator[Call]:
    """Return the calls other than lists: those that are refused, or those that are not."""
    for call in documented(world):
        is_open = call.is_list or call.operation in OPEN
        if not is_open and (_status(call) >= 400) == are_refused:
            yield call


def _status(call: Call) -> int:
    if call.operation in EXCEPTIONS:
        return EXCEPTIONS[call.operation][0]
    return 404 if call.scope in ROLE_SCOPES[Role.FORCE] else 403


def _told(
    answer: Response, call: Call, sent_ids: dict[str, str], their_ids: dict[str, str]
) -> list[str]:
    """Return those of their ids that are in an answer and were not in the request."""
    _, path, content = call.request(sent_ids)
    text = f"{answer.headers} {answer.text}"
    known = f"{path} {content.decode()}"
    return [name for name, one in their_ids.items() if one in text and one not in known]


def _rows(url: str) -> dict[str, frozenset[str]]:
    """Return every row of every table but `hosts`, which a thread writes every ten seconds."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {
            table.name: frozenset(map(repr, connection.execute(select(table))))
            for table in METADATA.sorted_tables
            if table.name != "hosts"
        }
    engine.dispose()
    return rows


@pytest.mark.dear("sends every call of the API")
def test_a_dead_letter_of_theirs_is_not_sent_from_an_endpoint_of_ours(
    world: World, their_ids: dict[str, str]
) -> None:
    path = f"/v1/webhooks/{add_endpoint(world, OURS)}/dead-letters/{their_ids['message_id']}"

    answer = world.force(OURS).post(f"{path}/resending")
    theirs = world.force(THEIRS).get(f"/v1/webhooks/{their_ids['endpoint_id']}/dead-letters")

    assert answer.status_code == 404
    letters = theirs.json()["dead_letters"]
    assert [letter["message_id"] for letter in letters] == [their_ids["message_id"]]


@pytest.mark.dear("sends every call of the API")
def test_lists_hold_a_force_s_own_alone(world: World, their_ids: dict[str, str]) -> None:
    ours = world.force(OURS)

    statuses = {}
    for call in documented(world):
        if not call.is_list:
            continue
        _, path, _ = call.request({})
        answer = ours.get(path)
        statuses[path] = answer.status_code
        assert not [one for one in their_ids.values() if one in answer.text], path

    own = {path for path, status in statuses.items() if status == 200}
    assert own >= {"/v1/searches", "/v1/search-batches", "/v1/notices", "/v1/webhooks"}
    assert "/v1/records" in own
    # Without their query some calls are malformed; a caller without permission learns that first.
    assert set(statuses.values()) <= {200, 403, 422}


@pytest.mark.databases
@pytest.mark.dear("sends every call of the API")
def test_a_force_still_works_under_row_security(world: World, their_ids: dict[str, str]) -> None:
    search_id = world.search(1, force=OURS)

    assert world.standing(search_id, force=OURS)["search_id"] == search_id
    assert world.force(THEIRS).get(f"/v1/searches/{search_id}").status_code == 404


@pytest.mark.databases
@pytest.mark.dear("sends every call of the API")
def test_row_security_hides_and_refuses_other_forces_rows(
    world: World, their_ids: dict[str, str], plain_url: str
) -> None:
    if plain_url.startswith("sqlite"):
        assert _seen(plain_url, None) == 8
        return

    assert _seen(plain_url, THEIRS) == 1
    assert _seen(plain_url, OURS) == 0
    assert _seen(plain_url, "*") == 8
    # Who names nobody sees nothing: a tool of another maker, a transaction that we forgot.
    assert _seen(plain_url, None) == 0
    assert _seen(plain_url, "") == 0


@pytest.mark.databases
def test_every_policy_of_a_force_s_own_rows_fails_closed(postgres: PostgresDatabase) -> None:
    with psycopg.connect(postgres.server_url) as connection:
        policies = connection.execute(
            "SELECT tablename, policyname, coalesce(qual, '') || coalesce(with_check, '')"
            " FROM pg_policies"
        ).fetchall()

    own = {table: asked for table, name, asked in policies if name == "own_force"}
    assert own.keys() >= {"searches", "batches", "jobs", "webhook_endpoints"}
    assert own.keys() >= {"probe_sketches", "sketch_packs"}
    assert {table for table, asked in own.items() if "COALESCE" in asked or "''" in asked} == set()


@pytest.mark.databases
@pytest.mark.dear("sends every call of the API")
def test_row_security_refuses_a_version_of_a_record_in_another_force_s_name(
    world: World, their_ids: dict[str, str], plain_url: str
) -> None:
    token = CURRENT_TENANT.set(Tenant(ForceCode(OURS)))
    try:
        refusal = _refusal(world, RecordId(their_ids["record_id"]))
    finally:
        CURRENT_TENANT.reset(token)

    # Every force reads every record, in order to search; SQLite has no row security.
    assert ("row-level security" in refusal) == plain_url.startswith("postgresql")
    assert (refusal == "") == plain_url.startswith("sqlite")


def _refusal(world: World, record_id: RecordId) -> str:
    """Amend a record past the use case; return the refusal of the database, or nothing."""
    reason, source = AmendmentReason.NEW_INFORMATION, SourceKind.PERSON
    amendment = Amendment((), reason, "Said so.", source, "Interview 7")
    now = world.services.surroundings.clock()
    try:
        with world.services.units.write() as unit:
            before = unit.records.version(record_id, 2)
            assert before is not None
            unit.records.amend(before, before.items, amendment, by=UserId("x"), at=now)
    except DBAPIError as error:
        return str(error)
    return ""


@pytest.mark.databases
@pytest.mark.dear("sends every call of the API")
def test_a_unit_of_work_is_bound_to_the_tenant_of_its_request(
    world: World, their_ids: dict[str, str], plain_url: str
) -> None:
    database = Database(plain_url, codec=FORMAT.codec)
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
