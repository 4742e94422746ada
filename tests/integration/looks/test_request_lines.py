"""The line of each request names actor and source by pseudonym; an operator resolves them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from domain.access.access import Purpose, Role
from domain.ids import ForceCode, UserId
from domain.store_secrets import mac_under
from service.logs import Pseudonyms
from service.main import app
from tests.integration.api.driver import User, World, headers
from tests.integration.web.driver import Office

pytestmark = pytest.mark.promise("secrecy")

ADDRESS = "203.0.113.77"


def asked_from(office: Office, address: str) -> TestClient:
    """Return a client that calls from this address."""
    return TestClient(office.app, client=(address, 50_000), raise_server_exceptions=False)


def lines(world: World, route: str) -> list[dict[str, object]]:
    found = (line for line in world.log_lines() if line["event"] == "request")
    return [line for line in found if line["route"] == route]


def test_the_same_caller_has_the_same_pseudonym_and_neither_account_nor_address_is_told(
    office: Office,
) -> None:
    world, client = office.world, asked_from(office, ADDRESS)
    one, other = (
        User(client, headers(world.secret(Role.AUDITOR, name), Purpose.AUDIT))
        for name in ("auditor-secretive", "auditor-discreet")
    )

    for user in (one, one, other):
        assert user.get("/v1/findings").status_code == 200
        user.get("/v1/records/nothing")
    office.auditor().page("log")

    found = [line["actor"] for line in lines(world, "/v1/findings")]
    assert found[0] == found[1] != found[2]
    assert len({line["source"] for line in lines(world, "/v1/findings")}) == 1
    page = lines(world, "/workbench/log")[-1]
    assert page["actor"] not in found
    assert page["source"] != lines(world, "/v1/findings")[0]["source"]
    told = world.log.getvalue()
    account = office.auditor().user_id
    for clear in ("auditor-secretive", "auditor-discreet", "auditor-a", account, ADDRESS):
        assert clear not in told


def test_ids_of_others_stand_beside_ours_when_they_are_hexadecimal(office: Office) -> None:
    trace, theirs = "4bf92f3577b34da6a3ce929d0e0e4736", "0b6d2c1e-6a5f-4c1e-9f0b-3a2a1d1c0b0a"
    client = asked_from(office, ADDRESS)

    carried = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01", "X-Request-Id": theirs}
    answer = client.get("/healthz", headers=carried)
    odd = {"traceparent": "00-Wilhelmina-Odd-01", "X-Request-Id": "Wilhelmina Odd, 1971"}
    client.get("/healthz", headers=odd)

    first, second = lines(office.world, "/healthz")[-2:]
    assert (first["trace_id"], first["caller_request_id"]) == (trace, theirs)
    assert answer.headers["X-Request-Id"] == first["request_id"] != theirs
    assert "trace_id" not in second
    assert "Wilhelmina" not in office.world.log.getvalue()


def test_a_stranger_has_an_address_and_no_account(office: Office) -> None:
    asked_from(office, ADDRESS).get("/v1/findings")

    (line,) = lines(office.world, "/v1/findings")
    assert line["actor"] == ""
    assert str(line["source"]).startswith("s-")


def test_the_same_name_in_two_forces_is_two_callers(office: Office) -> None:
    world = office.world
    for force in ("01", "47"):
        secret = world.secret(Role.FORCE, "desk", force=force)
        User(world.client, headers(secret, Purpose.ARREST)).get("/v1/searches")

    found = [line["actor"] for line in lines(world, "/v1/searches")]
    assert len(set(found)) == 2


def test_pseudonyms_change_with_the_period(tmp_path: Path, office: Office) -> None:
    clock = office.world.services.surroundings.clock
    now = Pseudonyms(mac_under(b"k" * 32), timedelta(days=1), clock)
    later = Pseudonyms(now.mac, now.period, lambda: clock() + timedelta(days=1))

    account = UserId("desk"), ForceCode("47")

    first, second = now.of_call(account, ADDRESS), later.of_call(account, ADDRESS)

    assert now.of_call(account, ADDRESS) == first
    assert not set(first) & set(second)
    assert now.source_behind(second[1], ["10.0.0.1", ADDRESS]) == ADDRESS
    assert now.account_behind(second[0], [(UserId("desk"), None), account]) == account
    assert now.of_call(None, "") == ("", "")


@pytest.mark.parametrize("field", ["actor", "source"])
def test_an_operator_resolves_a_pseudonym_by_command_which_is_on_record(
    sqlite_office: Office, field: str
) -> None:
    office = sqlite_office
    world, settings = office.world, office.app.state.api.settings
    secret = world.secret(Role.FORCE, "desk", force="47")
    User(asked_from(office, ADDRESS), headers(secret, Purpose.ARREST)).get("/v1/searches")
    pseudonym = str(lines(world, "/v1/searches")[0][field])
    options = ["--among", "203.0.113.0/24"] if field == "source" else []

    told = CliRunner().invoke(
        app,
        ["log", "who", pseudonym, *options, "--store", str(settings.store), "--json"],
        env={"IDENTLINK_DATABASE_URL": settings.database_url.get_secret_value()},
    )
    unknown = CliRunner().invoke(
        app,
        ["log", "who", pseudonym[:-1] + "z", "--store", str(settings.store)],
        env={"IDENTLINK_DATABASE_URL": settings.database_url.get_secret_value()},
    )

    assert told.exit_code == 0, told.output
    expected = {"account": "desk", "force": "47"} if field == "actor" else {"address": ADDRESS}
    assert json.loads(told.output) == expected
    assert unknown.exit_code != 0
    with world.services.units.read() as unit:
        (event,) = unit.events.about(pseudonym)
    assert (event.event_type, b'"view":"pseudonym"' in event.body) == ("log-searched", True)
