"""The sandbox: each of its calls gets the outcome that it says, by the client."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from identlink_client import Client, ClientCredentials, Search, verify_webhook
from service.demo.sandbox import serving_sandbox
from service.settings import load_settings
from tests.integration.api.driver import World
from tests.integration.api.receivers import running_receiver

_PATIENCE_S = 60.0
MONTH_S = 30 * 86_400
MONTH = timedelta(seconds=MONTH_S)


def concluded(identlink: Client, search_id: str) -> Search:
    until = time.monotonic() + _PATIENCE_S
    while (search := identlink.get_search(search_id)).outcome is None:
        assert time.monotonic() < until, search
        time.sleep(0.2)
    return search


@pytest.mark.dear("works every sample of the sandbox")
def test_each_sample_gets_the_outcome_that_it_names(tmp_path: Path) -> None:
    settings = load_settings(store=tmp_path / "store", port=0, workbench_over_http=True)

    with serving_sandbox(settings, tmp_path / "samples") as sandbox:
        credentials = ClientCredentials(sandbox.client_id, sandbox.client_secret)
        with Client(sandbox.address, credentials, purpose="arrest") as identlink:
            outcomes = {}
            for sample in sandbox.samples:
                body = json.loads(Path(sample["file"]).read_text())
                submitted = identlink.search(
                    body["search_type"], body["impressions"], details=body["details"]
                )
                search = concluded(identlink, submitted.search_id)
                outcomes[sample["file"]] = search.outcome
                assert (search.link is not None) == (search.outcome == "linked")

    assert outcomes == {sample["file"]: sample["outcome"] for sample in sandbox.samples}
    assert len(set(outcomes.values())) == 2


def test_the_clock_is_moved_by_a_call_and_everybody_goes_on(tmp_path: Path) -> None:
    """A month takes every token's time away: the client and the examiners renew theirs."""
    settings = load_settings(store=tmp_path / "store", port=0, workbench_over_http=True)

    with serving_sandbox(settings, tmp_path / "samples") as sandbox:
        credentials = ClientCredentials(sandbox.client_id, sandbox.client_secret)
        clock = f"{sandbox.address}/sandbox/clock"
        body = json.loads(Path(sandbox.samples[0]["file"]).read_text())
        with Client(sandbox.address, credentials, purpose="arrest") as identlink:
            before = identlink.search(body["search_type"], body["impressions"])
            at_first = told(httpx2.get(clock, timeout=60))
            moved = told(httpx2.post(clock, json={"forward_s": MONTH_S}, timeout=60))
            refused = [
                httpx2.post(clock, json={"forward_s": wrong}, timeout=60).status_code
                for wrong in (-1, 1.5, "1", 10**12)
            ]
            after = identlink.search(body["search_type"], body["impressions"])
            times = [identlink.get_search(one.search_id).submitted_at for one in (before, after)]
            outcome = concluded(identlink, after.search_id).outcome

    assert MONTH <= moved - at_first < MONTH + timedelta(minutes=5)
    assert all(status in {400, 422} for status in refused)
    assert times[1] - times[0] >= MONTH
    assert outcome == sandbox.samples[0]["outcome"]


def test_a_served_office_has_no_such_call(world: World) -> None:
    for answer in (
        world.client.get("/sandbox/clock"),
        world.client.post("/sandbox/clock", json={"forward_s": 1}),
    ):
        assert answer.status_code == 404


def told(answer: httpx2.Response) -> datetime:
    assert answer.status_code == 200, answer.text
    return datetime.fromisoformat(answer.json()["now"])


def test_a_webhook_tells_of_the_outcome_and_a_batch_is_worked(tmp_path: Path) -> None:
    settings = load_settings(
        store=tmp_path / "store",
        port=0,
        workbench_over_http=True,
        webhook_private_addresses=True,
    )

    with (
        running_receiver() as receiver,
        serving_sandbox(settings, tmp_path / "samples") as sandbox,
    ):
        credentials = ClientCredentials(sandbox.client_id, sandbox.client_secret)
        body = json.loads(Path(sandbox.samples[0]["file"]).read_text())
        with Client(sandbox.address, credentials, purpose="arrest") as identlink:
            made = identlink.add_webhook(receiver.url, ["search.concluded"])
            submitted = identlink.search(body["search_type"], body["impressions"])
            batch = identlink.submit_batch(
                [{"search_type": "TP/TP", "impressions": body["impressions"]}]
            )
            wait_for(lambda: receiver.received)
            wait_for(lambda: identlink.get_batch(batch.batch_id).done)
            told = verify_webhook(made.secret, *receiver.received[0])
            # After a month in the sandbox, a message still bears the receiver's own time.
            told_before = len(receiver.received)
            httpx2.post(
                f"{sandbox.address}/sandbox/clock", json={"forward_s": MONTH_S}, timeout=60
            )
            identlink.search(body["search_type"], body["impressions"])
            wait_for(lambda: len(receiver.received) > told_before)
            later = verify_webhook(made.secret, *receiver.received[-1])
            (line,) = identlink.batch_lines(batch.batch_id)

    assert (told.topic, told.data) == ("search.concluded", {"search_id": submitted.search_id})
    assert line.state == "done"
    assert later.topic == "search.concluded"


def wait_for(look: Callable[[], object]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not look():
        assert time.monotonic() < until
        time.sleep(0.2)
