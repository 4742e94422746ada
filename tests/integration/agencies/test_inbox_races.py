"""The inbox at once and cut short: a result is stored once, and stands whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from service.usecases.agencies import matters as telling
from service.usecases.agencies.matters import TellCourtResult, tell_court_result
from tests.court_messages import Told
from tests.integration.agencies.test_court_results import (
    held,
    laid,
    listed,
    sent,
    step,
    summonsed,
)
from tests.integration.agencies.test_nightly_results import FEED
from tests.integration.api.driver import World
from tests.integration.retention.test_bases import verified

pytestmark = pytest.mark.promise("records")


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Make calls on as many threads, which begin together; return their answers."""
    ready = Barrier(len(calls), timeout=60)

    def made(call: Callable[[], Any]) -> Any:
        ready.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(made, calls))


def test_one_result_told_by_many_at_once_stands_once(world: World) -> None:
    record_id = summonsed(world)
    feed = world.court_feed()

    told = at_once([lambda: sent(world, Told(), feed)] * 6)

    assert len({one["matter_id"] for one in told}) == 1
    assert [one["is_new"] for one in told].count(True) == 1
    assert len(held(world, record_id).convictions) == 1
    assert verified(world)


def test_of_two_officers_who_decide_at_once_one_does(world: World) -> None:
    record_id = summonsed(world)
    matter_id = sent(world, Told(forename="Osvin"))["matter_id"]
    step(world, matter_id, "attachment", **laid(record_id))
    officers = ("officer-b", "officer-c")
    for name in officers:
        world.officer(name)

    def agree(name: str) -> Any:
        return step(world, matter_id, "answer", name, expected_step=2, agrees=True)

    answers = at_once([lambda name=name: agree(name) for name in officers])

    assert sorted(one.status_code for one in answers) == [200, 409]
    assert len(held(world, record_id).convictions) == 1
    assert listed(world) == {}
    assert verified(world)


@pytest.mark.parametrize("last", ["store_matter", "store_amended", "store_step"])
def test_a_result_that_is_cut_short_leaves_nothing_and_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    record_id = summonsed(world)
    before = held(world, record_id)
    done = getattr(telling, last)

    def dying(*args: Any, **named: Any) -> Any:
        done(*args, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(telling, last, dying)
        with pytest.raises(KeyboardInterrupt):
            tell_court_result(world.services, TellCourtResult(FEED, Told().delivered()))
    assert (listed(world), held(world, record_id)) == ({}, before)

    assert sent(world, Told())["state"] == "attached"
    assert len(held(world, record_id).convictions) == 1
    assert verified(world)
