"""The clock of a request for one's own data: three days, questions, and the extension."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.integration.api.driver import World
from tests.integration.disclosure.asking import own_request
from tests.integration.requests.working import opened


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2026-02-28", "2026-03-27"),
        ("2025-12-31", "2026-01-30"),
    ],
)
def test_the_month_begins_with_the_day_of_receipt(
    sqlite_world: World, received: str, due: str
) -> None:
    assert own_request(sqlite_world, received_on=received).read()["due_on"] == due


def test_the_month_begins_with_the_latest_of_receipt_identity_and_fee(
    sqlite_world: World,
) -> None:
    request = own_request(sqlite_world)
    request.step("want identity", words="A passport.", on="2026-02-02")
    waiting = request.read()
    request.step("give identity", on="2026-02-05")
    identity = request.read()["due_on"]
    request.step("want identity", words="The fee: the request is excessive.", on="2026-02-06")
    request.step("give identity", on="2026-02-10")

    assert waiting["due_on"] is None
    assert waiting["is_paused"]
    assert identity == "2026-03-04"
    assert request.read()["due_on"] == "2026-03-09"


def test_a_question_stops_the_clock_from_the_day_asked_to_the_day_answered_both_included(
    sqlite_world: World,
) -> None:
    request = own_request(sqlite_world)
    request.step("ask", words="Which years?", on="2026-02-10")
    assert request.read()["due_on"] is None
    request.step("answer", on="2026-02-12")
    assert request.read()["due_on"] == "2026-03-03"


def test_notice_inside_the_first_month_gives_two_more(sqlite_world: World) -> None:
    today = sqlite_world.services.today()
    request = own_request(sqlite_world, received_on=today.isoformat())
    refused = request.post("steps", step="extend")
    state = request.step("extend", words="Seven forces hold records.")
    due = request.read()["due_on"]
    again = request.post("steps", step="extend", words="More still.")

    assert refused.status_code == 400
    assert state == "received"
    assert timedelta(days=88) < date.fromisoformat(due) - today < timedelta(days=92)
    assert again.status_code == 409


def test_no_notice_after_the_first_month_and_none_where_no_rule_knows_it(
    sqlite_world: World,
) -> None:
    late, other = own_request(sqlite_world, received_on="2025-06-01"), opened(sqlite_world)

    for request in (late, other):
        answer = request.post("steps", step="extend", words="It is much.")
        assert answer.status_code == 409, answer.text
    assert late.read()["is_overdue"]
