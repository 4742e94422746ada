"""Strangers write nothing: a flood at a door without a sign-in is two events, and no row."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import func, select

from domain.access.access import Role
from domain.exchange.codes import StateCode
from service.adapters.custody.key_bytes import fresh_signing
from service.channels.exchange.signatures import JwsSignatures
from service.live.rate_limits import RateLimiter
from service.ports.exchange import Head
from service.storage.tables.metadata import METADATA
from service.usecases.log.recording import record_due_refusals
from tests.ahead import shipped_model
from tests.integration.looks.open_doors import open_doors
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office, hidden_fields

pytestmark = pytest.mark.promise("accesses")

TIMES = 200
"""Above what one address may be refused in a minute."""
COUNTERS = {"failed_attempts": 3, "kept_pages": 100}
"""Rows that wrong calls leave: counters of one source, kept as digests, which slow it, and sealed
pages that answered a form, for minutes. Of these only the newest stay, whoever floods
(`tests/contract/test_kept_pages.py`)."""

_STRANGER = JwsSignatures(fresh_signing())


def _signed(office: Office, number: int) -> str:
    """Return a transmission signed by a key that nobody registered, for a State that exists."""
    key_id = _STRANGER.key_id(_STRANGER.public_key)
    now = office.world.services.surroundings.clock()
    head = Head(StateCode("POL"), StateCode("GBR"), key_id, f"once-{number}", now)
    return _STRANGER.sign(b"{}", head)


def _unsigned(office: Office, number: int) -> Response:
    forged = _signed(office, number)
    return office.world.client.post("/v1/exchange/messages", json={"transmissions": [forged]})


def _not_a_client(office: Office, number: int) -> Response:
    body = {"grant_type": "client_credentials"}
    return office.world.client.post("/v1/oauth/token", data=body, auth=("nobody", f"g{number}"))


def _no_notice(office: Office, number: int) -> Response:
    body = {"logout_token": f"a.b.{number}"}
    return office.world.client.post("/v1/oidc/back-channel-logout", data=body)


def _no_certificate(office: Office, number: int) -> Response:
    body = {"number": "PC-0000-0000", "code": f"{number:012}"}
    return office.world.client.post("/v1/certificates/check", json=body)


def _no_certificate_form(office: Office, number: int) -> Response:
    body = {"number": "PC-0000-0000", "code": f"{number:012}"}
    return office.world.client.post("/certificates", data=body)


def _no_watch(office: Office, number: int) -> Response:
    body = {"number": "PC-0000-0000", "code": f"{number:026}", "organisation": "Harbour School"}
    return office.world.client.post("/v1/certificates/watch-check", json=body)


def _no_watch_form(office: Office, number: int) -> Response:
    body = {"number": "PC-0000-0000", "code": f"{number:026}", "organisation": "Harbour School"}
    return office.world.client.post("/certificates/changes", data=body)


def _wrong_password(office: Office, number: int) -> Response:
    client = office.world.client
    fields = hidden_fields(client.get("/workbench/sign-in").text)
    data = {**fields, "name": "known", "password": f"guess {number}"}
    return client.post("/workbench/sign-in", data=data)


WRONG: dict[str, Callable[[Office, int], Response]] = {
    "POST /v1/exchange/messages": _unsigned,
    "POST /v1/oauth/token": _not_a_client,
    "POST /v1/oidc/back-channel-logout": _no_notice,
    "POST /v1/certificates/check": _no_certificate,
    "POST /v1/certificates/watch-check": _no_watch,
    "POST /certificates": _no_certificate_form,
    "POST /certificates/changes": _no_watch_form,
    "POST /workbench/sign-in": _wrong_password,
}
"""Doors that take something, each with a call that is wrong in another way each time."""

READ = (
    *("GET /", "GET /certificates", "GET /docs", "GET /healthz", "GET /metrics", "GET /readyz"),
    *("GET /openapi.json", "GET /problems", "GET /problems/{code}", "GET /v1/certificates/keys"),
    *("GET /v1/certificates/status/{number}/{purpose}", "GET /v1/exchange/schema.json"),
    *("GET /v1/exchange/schema.xsd", "GET /workbench/sign-in", "GET /workbench/sign-in/provider"),
    *("GET /workbench/sign-in/provider/answer", "GET /certificates/changes", "GET /glossary"),
)
"""Doors that show something."""


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Return an application that exchanges, over SQLite, with one account."""
    store = tmp_path_factory.mktemp("doors")
    url = f"sqlite:///{shutil.copyfile(sqlite_template, store / 'identlink.db')}"
    for made in open_office(url, shipped_model(), store, exchange_state="GBR"):
        made.account("known", Role.EXAMINER)
        yield made


def _rows(office: Office) -> dict[str, int]:
    with office.world.services.units.read() as unit:
        connection = unit.transaction.connection
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in METADATA.tables.items()
        }


def test_every_door_without_a_sign_in_is_tried(office: Office) -> None:
    assert open_doors(office.app) == sorted({*WRONG, *READ})


@pytest.mark.parametrize("door", WRONG)
def test_a_flood_of_wrong_calls_is_two_events_and_no_row(office: Office, door: str) -> None:
    record_due_refusals(office.world.services, is_last=True)
    before = _rows(office)

    statuses = {WRONG[door](office, number).status_code for number in range(TIMES)}
    record_due_refusals(office.world.services, is_last=True)

    grown = {name: rows - before[name] for name, rows in _rows(office).items()}
    events = grown.pop("events")
    grown.pop("log_nodes")  # of the events
    assert events <= 2
    assert {name for name, rows in grown.items() if rows > COUNTERS.get(name, 0)} == set()
    assert max(statuses) < 500


@pytest.mark.parametrize("door", READ)
def test_a_look_through_an_open_door_writes_nothing(office: Office, door: str) -> None:
    path = door.removeprefix("GET ").format(code="none", number=9, purpose="revocation")
    before = _rows(office)

    for _ in range(3):
        assert office.world.client.get(path, follow_redirects=False).status_code < 500

    assert _rows(office) == before


def test_an_address_that_keeps_sending_unsigned_messages_is_told_to_wait(office: Office) -> None:
    # A call that takes long earns the next one: here no time passes.
    state = office.app.state.api
    counted = RateLimiter(state.settings.client_tokens_per_minute, lambda: 0.0)
    office.app.state.api = replace(state, token_limiter=counted)

    answers = [_unsigned(office, number) for number in range(TIMES)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
