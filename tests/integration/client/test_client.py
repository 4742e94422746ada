"""A force's system does its work by the client, sync and async."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from dataclasses import MISSING
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest

from domain.ids import Topic
from domain.webhooks import Message, signed_headers
from identlink_client import (
    AsyncClient,
    Client,
    ClientCredentials,
    ConflictProblem,
    ConnectionFailedError,
    IdentlinkError,
    NotAuthenticatedProblem,
    NotFoundProblem,
    ProblemError,
    RateLimitedProblem,
    Submitted,
    Token,
    WebhookError,
    models,
    verify_webhook,
)
from identlink_client.models import Model
from tests.integration.api.driver import World
from tests.integration.api.prints import encounter, record, tenprint

ADDRESS = "http://testserver"


def client_of(world: World, credentials: ClientCredentials) -> Client:
    return Client(ADDRESS, credentials, purpose="arrest", http=world.client)


A_TOKEN = Token("t")


def answering(
    *answers: httpx2.Response | Exception, credentials: ClientCredentials | Token = A_TOKEN
) -> tuple[Client, list[Any]]:
    """Return a client whose calls get these answers in turn, and what it sent and waited."""
    seen: list[Any] = []
    waiting = list(answers)

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        met = waiting.pop(0)
        if isinstance(met, Exception):
            raise met
        return met

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    return Client(ADDRESS, credentials, purpose="arrest", http=http, sleep=seen.append), seen


ANSWERS = {"BatchLine": "LineAnswer", "EnquiryCandidate": "NamedCandidateAnswer"}
"""The schemas of models that have another name than their answer."""


@pytest.mark.parametrize(
    "model",
    [one for one in vars(models).values() if isinstance(one, type) and Model in one.__bases__],
)
def test_each_model_is_the_answer_of_the_service(world: World, model: type[Model]) -> None:
    schemas = world.client.get("/openapi.json").json()["components"]["schemas"]
    schema = schemas[ANSWERS.get(model.__name__, f"{model.__name__}Answer")]

    own = {field.name for field in dataclasses.fields(model)}

    # The state of deliveries is for operators: the client leaves it out.
    assert schema["properties"].keys() - {"circuit"} == own
    # A field with a default is one that the service may leave out.
    needed = {field.name for field in dataclasses.fields(model) if field.default is MISSING}
    assert needed <= set(schema["required"])


@pytest.mark.journey
def test_a_force_enrols_searches_and_reads(world: World, credentials: ClientCredentials) -> None:
    identlink = client_of(world, credentials)

    enrolled = identlink.enrol(encounter(1) | {"reference": "CUST-1"})
    submitted = identlink.search("TP/TP", tenprint(1, capture=3), reference="CUST-1")
    search = identlink.get_search(submitted.search_id)
    listed = list(identlink.searches(reference="CUST-1"))
    captures = list(identlink.encounters(reference="CUST-1"))
    found = identlink.enquire({"names": record(1)["names"]})

    assert enrolled.fingers == 10
    assert enrolled.captured_at.tzinfo is not None
    assert (search.state, search.outcome, search.reference) == ("examining", None, "CUST-1")
    assert [one.search_id for one in listed] == [submitted.search_id]
    assert captures == [enrolled]
    assert found.candidates[0].owner == models.Owner("01", found.candidates[0].owner.name)  # type: ignore[union-attr]


def test_a_batch_goes_line_by_line(world: World, credentials: ClientCredentials) -> None:
    identlink = client_of(world, credentials)
    line = {"search_type": "TP/TP", "impressions": tenprint(2)}

    batch = identlink.submit_batch([line, line, line], key="batch-1")
    again = identlink.submit_batch([line, line, line], key="batch-1")
    lines = list(identlink.batch_lines(batch.batch_id))
    identlink.cancel_batch(batch.batch_id)

    assert again.batch_id == batch.batch_id
    assert [(one.line, one.state) for one in lines] == [(n, "waiting") for n in range(1, 4)]
    assert identlink.get_batch(batch.batch_id).cancelled == 3


def test_problems_are_exceptions(world: World, credentials: ClientCredentials) -> None:
    identlink = client_of(world, credentials)
    identlink.enrol(encounter(3), key="key-1")

    with pytest.raises(NotFoundProblem) as missing:
        identlink.get_search("nothing")
    with pytest.raises(ConflictProblem) as conflict:
        identlink.enrol(encounter(4), key="key-1")
    with pytest.raises(NotAuthenticatedProblem):
        client_of(world, dataclasses.replace(credentials, secret="wrong")).get_search("x")  # noqa: S106

    assert (missing.value.code, missing.value.status) == ("not-found", 404)
    assert conflict.value.code == "idempotency-conflict"
    assert missing.value.request_id


def test_a_token_that_was_revoked_is_fetched_anew(
    world: World, credentials: ClientCredentials
) -> None:
    identlink = client_of(world, credentials)
    identlink.webhooks()
    identlink._tokens.keep("a token that ended", 900.0)

    assert identlink.webhooks() == ()


def test_all_of_it_may_be_awaited(world: World, credentials: ClientCredentials) -> None:
    async def work() -> tuple[Submitted, list[str], str]:
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(world.app))
        async with AsyncClient(ADDRESS, credentials, purpose="arrest", http=http) as identlink:
            await identlink.enrol(encounter(5))
            submitted = await identlink.search("TP/TP", tenprint(5), reference="ASYNC-1")
            batch = await identlink.submit_batch([{"search_type": "TP/TP", "impressions": []}])
            assert await identlink.webhooks() == ()
            assert await identlink.notices() == ()
            listed = [one.search_id async for one in identlink.searches(reference="ASYNC-1")]
            return submitted, listed, batch.batch_id

    submitted, listed, batch_id = asyncio.run(work())

    assert listed == [submitted.search_id]
    assert batch_id


def test_a_service_that_is_away_for_a_moment_is_asked_again() -> None:
    away = httpx2.Response(503, headers={"Retry-After": "7"}, json={"type": "/problems/disk-full"})
    taken = httpx2.Response(201, json={"search_id": "s", "state": "open"})
    identlink, seen = answering(away, httpx2.ReadError("lost"), taken)

    submitted = identlink.search("TP/TP", [])

    requests = [one for one in seen if isinstance(one, httpx2.Request)]
    waits = [one for one in seen if not isinstance(one, httpx2.Request)]
    assert submitted.search_id == "s"
    assert len({one.headers["Idempotency-Key"] for one in requests}) == 1
    assert waits[0] == 7
    assert 0 < waits[1] < 8


def test_a_token_is_asked_for_again_like_everything_else() -> None:
    away = httpx2.Response(503, headers={"Retry-After": "7"}, json={"type": "/problems/x"})
    token = httpx2.Response(200, json={"access_token": "new", "expires_in": 900})
    identlink, seen = answering(
        away,
        httpx2.ReadError("lost"),
        token,
        httpx2.Response(200, json={"notices": []}),
        credentials=ClientCredentials("c", "s", scopes=("a", "b")),
    )

    assert identlink.notices() == ()

    *asked, call = [one for one in seen if isinstance(one, httpx2.Request)]
    assert call.headers["Authorization"] == "Bearer new"
    for one in asked:
        assert one.headers["Authorization"].startswith("Basic ")
        assert parse_qs(one.content.decode()) == {
            "grant_type": ["client_credentials"],
            "scope": ["a b"],
        }


BY_ID = [
    name
    for name, call in vars(Client).items()
    if not name.startswith("_") and any(part.endswith("_id") for part in call.__annotations__)
]


@pytest.mark.parametrize("name", BY_ID)
@pytest.mark.parametrize("other", ["", ".", "../links/1", "..", "1/lines", "1?a=b", "%2e%2e", "é"])
def test_an_id_is_never_another_address(name: str, other: str) -> None:
    identlink, seen = answering()

    async def awaited() -> None:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(seen.append))
        async with AsyncClient(ADDRESS, A_TOKEN, purpose="arrest", http=http) as awaiting:
            asked = getattr(awaiting, name)(other)
            await (anext(asked) if hasattr(asked, "__anext__") else asked)

    with pytest.raises(ValueError, match="id"):
        next(iter(getattr(identlink, name)(other) or ()))
    with pytest.raises(ValueError, match="id"):
        asyncio.run(awaited())
    assert seen == []
    assert len(BY_ID) == 7


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, html="<h1>Another program</h1>"),
        httpx2.Response(200, json=["no", "object"]),
        httpx2.Response(200, json={"of": "another program"}),
        httpx2.Response(301, headers={"Location": "https://testserver/"}),
        httpx2.Response(404, html="<h1>Not found</h1>"),
        httpx2.Response(400, json=["no", "object"]),
        httpx2.Response(400, json={"errors": "none"}),
    ],
)
def test_an_answer_of_another_program_says_to_check_the_address(answer: httpx2.Response) -> None:
    identlink, _ = answering(answer)

    with pytest.raises(IdentlinkError, match="check the address"):
        identlink.get_search("1")


def test_a_problem_says_what_is_wrong(world: World, credentials: ClientCredentials) -> None:
    identlink = client_of(world, credentials)

    with pytest.raises(ProblemError) as malformed:
        identlink.search("TP/TP", [{"position": 1}])
    with pytest.raises(NotAuthenticatedProblem) as unknown:
        client_of(world, dataclasses.replace(credentials, secret="wrong")).notices()  # noqa: S106

    for fault in malformed.value.faults:
        assert f"{fault.pointer}: {fault.detail}" in str(malformed.value)
    assert malformed.value.faults
    assert "invalid_client" in str(unknown.value)


def test_what_has_no_key_is_not_done_twice() -> None:
    identlink, seen = answering(httpx2.ReadError("lost"))

    with pytest.raises(ConnectionFailedError):
        identlink.cancel_batch("b")
    assert len(seen) == 1


def test_a_wait_of_a_day_is_for_the_caller_to_decide() -> None:
    slow = httpx2.Response(
        429, headers={"Retry-After": "86400"}, json={"type": "/problems/too-many-attempts"}
    )
    identlink, seen = answering(slow)

    with pytest.raises(RateLimitedProblem) as refused:
        identlink.search("TP/TP", [])
    assert (refused.value.retry_after_s, len(seen)) == (86_400, 1)


def test_pages_follow_each_other() -> None:
    line = {"line": 1, "state": "done", "search_id": None, "problem": None, "of_later": 1}
    pages = [
        {"lines": [line], "next_after": 1},
        {"lines": [line | {"line": 2}], "next_after": None},
    ]
    identlink, seen = answering(*(httpx2.Response(200, json=page) for page in pages))

    lines = list(identlink.batch_lines("b"))

    assert [one.line for one in lines] == [1, 2]
    assert [one.url.query for one in seen] == [b"", b"after=1"]


def test_a_message_is_verified_as_the_service_signed_it() -> None:
    secret, at = bytes(range(32)), datetime.now(UTC)
    message = Message("msg_1", Topic("search.concluded"), "search-1", at)
    headers = signed_headers(message, sent_at=at, secrets=(b"old" * 11, secret))
    shown = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    told = verify_webhook(
        shown, {name.title(): one for name, one in headers.items()}, message.body
    )

    assert (told.message_id, told.topic) == ("msg_1", "search.concluded")
    assert told.data == {"search_id": "search-1"}
    for changed in ({"body": message.body + b" "}, {"secret": "whsec_b2xk"}, {"secret": "odd!"}):
        given = {"secret": shown, "headers": headers, "body": message.body} | changed
        with pytest.raises(WebhookError):
            verify_webhook(**given)
    with pytest.raises(WebhookError, match="too old"):
        verify_webhook(shown, headers, message.body, now_s=time.time() + 301)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "9" * 400, "9" * 5_000, "-1", "é", "\udcff"])
def test_no_header_of_a_stranger_ends_the_receiver(name: str, value: str | None) -> None:
    at = datetime.now(UTC)
    message = Message("msg_1", Topic("search.concluded"), "search-1", at)
    headers = signed_headers(message, sent_at=at, secrets=(bytes(32),))
    changed = {key: one for key, one in headers.items() if key.lower() != name}

    with pytest.raises(WebhookError):
        verify_webhook(
            "whsec_" + "A" * 43 + "=",
            changed if value is None else changed | {name: value},
            message.body,
        )


@pytest.mark.parametrize("secret", ["whsec_é", "whsec_=", "whsec_\udcff", "odd!"])
def test_a_secret_that_was_copied_wrongly_is_named(secret: str) -> None:
    headers = {"webhook-id": "m", "webhook-timestamp": str(int(time.time()))}

    with pytest.raises(WebhookError, match="secret"):
        verify_webhook(secret, headers, b"{}")
