"""Callers who leave: by the form, and by hanging up."""

from __future__ import annotations

import pytest
from starlette import types

from tests.integration.api.driver import World
from tests.integration.applications.applying import offered
from tests.integration.public.visiting import Visitor, texts_in, visiting

pytestmark = pytest.mark.promise("authorisation")


def _cookie(visitor: Visitor) -> dict[str, str]:
    return {one.name: one.value or "" for one in visitor.client.cookies.jar}


def test_a_copy_of_the_cookie_opens_nothing_after_leaving(visitor: Visitor) -> None:
    visitor.begin()
    copied = _cookie(visitor)
    before = visitor.get("/application")
    visitor.send("/application/leave", shown="/open")
    own = _cookie(visitor)

    visitor.client.cookies.clear()
    visitor.client.cookies.update(copied)
    after = visitor.get("/application")

    assert own != copied
    assert (before.status_code, after.status_code) == (200, 403)


def test_a_copy_of_the_cookie_opens_nothing_once_another_application_is_open(
    visitor: Visitor,
) -> None:
    visitor.begin()
    copied = _cookie(visitor)
    visitor.begin()

    visitor.client.cookies.clear()
    visitor.client.cookies.update(copied)

    assert visitor.get("/application").status_code == 403


def test_a_caller_who_hangs_up_in_a_form_is_no_fault(sqlite_world: World) -> None:
    with offered(), texts_in(), visiting(sqlite_world) as visitor:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/open",
            "raw_path": b"/open",
            "query_string": b"",
            "root_path": "",
            "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
            "client": ("192.0.2.1", 1),
            "server": ("testserver", 80),
        }
        statuses = visitor.client.portal.call(_hung_up, visitor.client.app, scope)  # type: ignore[union-attr]

    assert statuses == [499]


async def _hung_up(app: types.ASGIApp, scope: types.Scope) -> list[int]:
    sent: list[types.Message] = []

    async def receive() -> types.Message:
        return {"type": "http.disconnect"}

    async def send(message: types.Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return [int(one["status"]) for one in sent if "status" in one]
