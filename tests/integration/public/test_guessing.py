"""Reference and code guessed 10,000 times: limited, logged, in vain, and told nothing."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pytest
from starlette import types

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.applications.states import MOST_FETCHES
from domain.errors import NotFoundError
from domain.events.looking import CallRefused
from domain.ids import ForceCode, UserId
from domain.list_pages import EventFilter
from service.live.refusals import Refusals
from service.provenance.canonical import read_event
from service.public.desk import PublicSettings
from service.public.sessions import Allowance, Guesses
from service.usecases.applications.drafting import NOT_FOUND, Access
from service.usecases.applications.handing import fetch_handed
from service.usecases.log.recording import record_due_refusals
from tests.integration.api.driver import World
from tests.integration.applications.applying import offered
from tests.integration.applications.test_handing import handed, ready
from tests.integration.public.visiting import Visitor, texts_in, visiting

GUESSES = 10_000
AT_ONCE = PublicSettings().failures_from_anywhere
HOUR_S = 3_600.0
_SCOPES = frozenset({Scope.CARRY_APPLICATIONS})
_PAGES = Actor(UserId("public-pages"), Role.PUBLIC_PAGES, ForceCode("89"), _SCOPES)


@dataclass(slots=True)
class Clock:
    """Seconds that stand still until a test moves them."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


def code(number: int) -> str:
    """Return a well-formed code that was never given out."""
    return hashlib.sha256(f"guess {number}".encode()).hexdigest()[:20].upper()


@contextmanager
def guessing(world: World, clock: Clock, **given: int) -> Iterator[Visitor]:
    """Yield a visitor whose limits and whose log of refusals run by this clock."""
    services = replace(world.services, refusals=Refusals(seconds=clock))
    world.app.state.api = replace(world.app.state.api, services=services)
    with offered(), texts_in(), visiting(world, **given) as visitor:
        limits = visitor.desk.limits
        held = PublicSettings(**given)
        object.__setattr__(limits, "guesses", Guesses(held.failures_from_anywhere, clock))
        object.__setattr__(limits, "openings", Allowance(held.openings_per_hour, HOUR_S, clock))
        yield visitor


def refusals(world: World) -> list[CallRefused]:
    """Return the events of refused calls."""
    wanted = EventFilter(event_type=CallRefused.event_type)
    with world.services.units.read() as unit:
        found = unit.events.search(wanted, before=None, limit=100)
    return [read_event(one.body).typed_as(CallRefused) for one in found]  # type: ignore[misc]


@dataclass(slots=True)
class Guesser:
    """A program without a browser: it calls the pages' application as a server does."""

    visitor: Visitor
    token: str
    cookie: str

    def send(self, reference: str, tried: str, address: str = "192.0.2.1") -> tuple[int, bytes]:
        """Send a reference and a code, and return the status and the page."""
        body = urlencode({"csrf": self.token, "reference": reference, "code": tried}).encode()
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
            "headers": [
                (b"host", b"testserver"),
                (b"content-type", b"application/x-www-form-urlencoded"),
                (b"content-length", str(len(body)).encode()),
                (b"cookie", self.cookie.encode()),
            ],
            "client": (address, 1),
            "server": ("testserver", 80),
        }
        return self.visitor.client.portal.call(_called, self.visitor.client.app, scope, body)  # type: ignore[union-attr]


async def _called(app: types.ASGIApp, scope: types.Scope, body: bytes) -> tuple[int, bytes]:
    """Return the status and the page, which a post leads to."""
    sent: list[types.Message] = []

    async def receive() -> types.Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: types.Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = dict(sent[0]["headers"])
    if (
        scope["method"] == "POST"
        and sent[0]["status"] == 303
        and b"again=" in headers[b"location"]
    ):
        query = headers[b"location"].partition(b"?")[2]
        return await _called(app, scope | {"method": "GET", "query_string": query}, b"")
    page = b"".join(one.get("body", b"") for one in sent[1:])
    return int(sent[0]["status"]), page


def guesser(visitor: Visitor) -> Guesser:
    """Return a program with the token of one visit."""
    page = visitor.get("/open").text
    token = re.findall(r'name="csrf" value="([^"]*)"', page)[0]
    cookie = "; ".join(f"{one.name}={one.value}" for one in visitor.client.cookies.jar)
    return Guesser(visitor, token, cookie)


@pytest.mark.dear("ten thousand guesses")
def test_ten_thousand_codes_from_everywhere_reach_a_reference_once_a_minute(
    sqlite_world: World,
) -> None:
    clock, told = Clock(), {}
    with guessing(sqlite_world, clock) as visitor:
        reference, right = visitor.begin()
        visitor.send("/application/leave", shown="/open")
        program = guesser(visitor)
        for name, tried in (("none", "0" * len(reference)), ("real", reference)):
            told[name] = []
            for number in range(GUESSES if name == "real" else GUESSES // 10):
                clock.now_s += HOUR_S / GUESSES
                address = f"2001:db8:{number:x}::1"
                told[name].append(program.send(tried, code(number), address))
        locked, _ = program.send(reference, right, "2001:db8:ffff::1")
        clock.now_s += 60.0
        opened, _ = program.send(reference, right, "2001:db8:ffff::1")
        record_due_refusals(sqlite_world.services, is_last=True)

    reached = Counter(status for status, _ in told["real"])
    assert set(reached) == {422, 429}
    assert AT_ONCE < reached[422] <= AT_ONCE + 70
    # One page for all that is wrong, and one for all that is too often.
    assert len(set(told["real"])) == 2
    # A reference that does not exist: the same answers in the same order, but for its own text.
    shown = [
        (one, page.replace(b"0" * len(reference), reference.encode()))
        for one, page in told["none"]
    ]
    assert shown == told["real"][: len(shown)]
    assert (locked, opened) == (429, 303)
    logged = [one for one in refusals(sqlite_world) if one.problem == "not-found"]
    of_none = sum(status == 422 for status, _ in told["none"])
    assert sum(one.calls for one in logged) == reached[422] + of_none


def test_a_thousand_references_from_one_address_reach_the_office_sixty_times(
    sqlite_world: World,
) -> None:
    most = PublicSettings().openings_per_hour
    with guessing(sqlite_world, Clock()) as visitor:
        _, right = visitor.begin()
        visitor.send("/application/leave", shown="/open")
        program = guesser(visitor)
        answers = [program.send(f"{number:010}", right)[0] for number in range(GUESSES // 10)]

    assert answers == [422] * most + [429] * (GUESSES // 10 - most)


@pytest.mark.dear("ten thousand guesses")
def test_ten_thousand_codes_at_a_document_that_lies_ready_fetch_nothing(
    sqlite_world: World,
) -> None:
    """Past the pages and their limits: as a process that was taken over would try."""
    applicant, _ = handed(sqlite_world)
    services, caller = sqlite_world.services, Caller(_PAGES, Purpose.APPLICATION)
    with services.units.read() as unit:
        size = unit.events.size()
    said = set()

    for number in range(GUESSES):
        with pytest.raises(NotFoundError) as refused:
            fetch_handed(services, Access(caller, applicant.reference, code(number)), 1)
        said.add(str(refused.value))

    assert said == {NOT_FOUND}
    with services.units.read() as unit:
        assert unit.events.size() == size
    (shown,) = ready(applicant)
    assert shown["fetches_left"] == MOST_FETCHES


def test_the_download_page_shows_nothing_without_an_open_application(
    sqlite_world: World,
) -> None:
    with guessing(sqlite_world, Clock()) as visitor:
        answers = [visitor.get(f"/application/download/{number}") for number in range(100)]

    assert {one.status_code for one in answers} == {403}
    assert len({one.text.replace(str(one.url.path), "") for one in answers}) == 1
