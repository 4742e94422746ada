"""The table of bodies is complete and valid, and has an id in every place for one."""

from __future__ import annotations

import threading
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from domain.access.access import ROLE_SCOPES, ROLES_OF_FORCES, Role
from domain.errors import StoreUnavailableError
from domain.events.people import Erased
from service.cli.serving.worker import _tidy
from service.settings import Settings
from service.storage.people.erasure import left_of_erased
from service.storage.tables.people import persons
from service.usecases.log.recording import record
from service.usecases.people.erasure import ERASER, sweep_erased
from tests.integration.api.driver import World
from tests.integration.outages.served import verified
from tests.integration.tenancy.bodies import BODIES, JSON, MEDIA_TYPES, THEIRS, is_id
from tests.integration.tenancy.calls import Call, documented

pytestmark = pytest.mark.promise("tenancy")

MALFORMED = {400, 415, 422}
AN_ID = r"^[A-Za-z0-9_-]{1,64}$"


def test_every_call_that_takes_a_body_has_one_in_the_table(world: World) -> None:
    taken = {
        call.operation: call.media_type
        for call in documented(world)
        if call.media_type is not None
    }

    assert taken == {operation: MEDIA_TYPES.get(operation, JSON) for operation in BODIES}


@pytest.mark.dear("sends every call of the API")
def test_a_call_that_is_documented_without_a_body_reads_none(
    world: World, their_ids: dict[str, str]
) -> None:
    """An undocumented body would be in no table: such a call would refuse this one."""
    statuses = {}
    for call in documented(world):
        if call.operation.startswith("GET") or call.media_type is not None:
            continue
        method, path, _ = call.request(their_ids)
        named = {"Content-Type": "text/plain"}
        answer = world.client.request(
            method, path, content=b"{", headers={**_headers(world, call), **named}
        )
        statuses[call.operation] = answer.status_code

    assert len(statuses) > 5
    assert not {name for name, status in statuses.items() if status in MALFORMED}, statuses


@pytest.mark.dear("sends every call of the API")
def test_every_body_is_valid_to_whoever_may_make_the_call(
    world: World, their_ids: dict[str, str]
) -> None:
    ids = their_ids | {"our_secret": "nobody-s"}

    statuses = {
        call.operation: call.send(world, _headers(world, call), ids).status_code
        for call in documented(world)
        if call.media_type is not None
    }

    assert not {name for name, status in statuses.items() if status in MALFORMED}, statuses


def test_every_place_for_an_id_in_a_body_holds_one(world: World) -> None:
    schemas = world.client.get("/openapi.json").json()["components"]["schemas"]

    empty = {
        call.operation: places
        for call in documented(world)
        if call.media_type is not None
        and (places := _empty_places(schemas, call.schema, BODIES[call.operation]))
    }

    assert empty == {}


def _headers(world: World, call: Call) -> dict[str, str]:
    """Return the headers of a permitted caller; a force's caller belongs to THEIRS."""
    if call.scope is None:
        return {}
    role = next(role for role in Role if call.scope in ROLE_SCOPES[role])
    if role is Role.FORCE:
        return world.force(THEIRS).headers
    if role is Role.CASE_OFFICER:
        return world.officer().headers
    force = "89" if role in ROLES_OF_FORCES else None
    return world.user(role, f"{role}-of-bodies", force=force).headers


def _empty_places(schemas: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """Return the names of the fields for ids, at any depth, that hold none."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    empty: list[str] = []
    for option in schema.get("anyOf", ()):
        empty += _empty_places(schemas, option, value)
    if "items" in schema:
        items = value if isinstance(value, list) and value else [None]
        empty += [
            place for item in items for place in _empty_places(schemas, schema["items"], item)
        ]
    for name, field in schema.get("properties", {}).items():
        held = value.get(name) if isinstance(value, dict) else None
        if name.endswith("_id") or AN_ID in (o.get("pattern") for o in _options(field)):
            empty += [] if is_id(held) else [name]
        else:
            empty += _empty_places(schemas, field, held)
    return empty


def _options(field: dict[str, Any]) -> list[dict[str, Any]]:
    return [field, *field.get("anyOf", ())]


@pytest.mark.promise("erasure")
@pytest.mark.dear("sends every call of the API")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_written_about_erased_people_goes_with_the_next_day(
    world: World, their_ids: dict[str, str], settings: Settings
) -> None:
    """Whoever revokes a link or a certificate of theirs, say, may write their name."""
    with world.services.units.write() as unit:
        for person_id in unit.transaction.connection.scalars(select(persons.c.person_id)).all():
            items = unit.people.erase_person(person_id)
            told = Erased((person_id,), "court order", "order-7", items)
            record(world.services, unit, ERASER, told)
        unit.commit()
    assert sweep_erased(world.services).payloads == 0
    for call in documented(world):
        if call.operation.startswith("POST"):
            call.send(world, _headers(world, call), their_ids | {"our_secret": "nobody-s"})

    work = partial(_tidy, world.services, None, threading.Event())
    work({world.services.today()})
    kept = sum(map(len, _left(world)))
    work(set())

    assert kept > 2
    assert verified(settings).log.findings == ()
    assert not any(_left(world))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sweep_that_fails_is_not_counted_as_made(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise StoreUnavailableError("The disk is full.")

    monkeypatch.setattr("service.cli.serving.worker.sweep_erased", failing)
    swept_on = set[date]()
    with pytest.raises(StoreUnavailableError):
        _tidy(world.services, None, threading.Event(), swept_on)

    assert swept_on == set()


def _left(world: World) -> list[set[int]]:
    with world.services.units.read() as unit:
        return [
            left_of_erased(unit.transaction, person_id)
            for _, person_id in unit.people.erased_after(0, 100)
        ]
