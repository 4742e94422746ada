"""A step on a request meets the erasure of its person: the request is there, so it is no 404."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from service.storage.requests.disclosures import Disclosures, OwnAnswers
from service.storage.requests.requests import Requests
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.disclosure.asking import identified, own_request
from tests.integration.requests.working import opened

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def _identify(world: World) -> Callable[[], Any]:
    request = opened(world)
    (found, *_) = request.search_by_details()
    named = {"candidate_id": found["candidate_id"], "words": "Passport seen."}
    return lambda: request.post("identification", **named)


def _release(world: World) -> Callable[[], Any]:
    request = opened(world)
    request.search_by_details()
    request.identify_first()
    decided = request.post("decision", decision="release")
    assert decided.json()["state"] == "second reading", decided.text
    other = world.officer("officer-b")
    return lambda: request.post("second-reading", by=other, agrees=True)


def _answer(world: World) -> Callable[[], Any]:
    request = identified(own_request(world))
    return lambda: request.post("answer", search="Records, prints and the log.")


@pytest.mark.parametrize(
    ("ready", "rows", "name"),
    [
        (_identify, Requests, "identify"),
        (_release, Disclosures, "send"),
        (_answer, OwnAnswers, "put"),
    ],
)
def test_a_step_while_the_person_is_erased_meets_a_request_that_changed(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    ready: Callable[[World], Callable[[], Any]],
    rows: type,
    name: str,
) -> None:
    person_id = world.enrol(1)["person_id"]
    step, write = ready(world), getattr(rows, name)

    def meanwhile(*given: Any, **others: Any) -> None:
        erased(world, person_id)
        write(*given, **others)

    monkeypatch.setattr(rows, name, meanwhile)

    assert_problem(step(), 409, "stale-request")
