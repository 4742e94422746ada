"""Fees of an application are entries of its log, whatever its state, and change nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from domain.access.access import Role
from domain.ids import RequestId
from tests.integration.api.driver import World
from tests.integration.certificates.applying import applied
from tests.integration.requests.working import Worked
from tests.integration.retention.test_bases import verified
from tests.integration.web.driver import Office

REASON = "Their pension is their only income."


def fee(request: Worked, step: str, pence: int | None, words: str = "") -> Any:
    stated = {} if pence is None else {"pence": pence}
    return request.post("steps", step=step, words=words, **stated)


def test_a_fee_is_asked_paid_waived_and_refunded(world: World) -> None:
    request = applied(world)
    before = request.read()

    assert fee(request, "ask fee", 6500).json() == {"state": before["state"]}
    assert fee(request, "take fee", 6501).status_code == 400
    assert fee(request, "take fee", 4000, "Card payment 77.").status_code == 200
    assert fee(request, "waive fee", 2500).status_code == 400, "a waiver has a reason"
    assert fee(request, "waive fee", 2500, REASON).status_code == 200
    assert fee(request, "take fee", 1).status_code == 400
    assert request.step("withdraw", words="They stay at home.") == "withdrawn"
    assert fee(request, "refund fee", 4001, "Not begun.").status_code == 400
    assert fee(request, "refund fee", 4000, "Not begun.").json() == {"state": "withdrawn"}
    assert fee(request, "refund fee", 1, "Once more.").status_code == 400

    entries = request.read()["entries"]
    told = [(one["step"], one["outcome"]) for one in entries if "fee" in one["step"]]
    assert told == [
        ("ask fee", "65.00 GBP"),
        ("take fee", "40.00 GBP"),
        ("waive fee", "25.00 GBP"),
        ("refund fee", "40.00 GBP"),
    ]
    with world.services.units.read() as unit:
        file = unit.requests.file(RequestId(before["request_id"]))
        assert file is not None
        assert (file.fees.due, file.fees.kept) == (0, 0)
        events = unit.events.about(before["request_id"], ["counted"])
    assert len(events) == 2, "received and ended, each counted once"
    assert verified(world)


@pytest.mark.parametrize(
    ("step", "pence"),
    [
        ("ask fee", None),
        ("accept", 100),
        ("take fee", 100),
        ("ask fee", 0),
        ("ask fee", 1_000_001),
    ],
)
def test_an_amount_that_makes_no_sense_changes_nothing(
    sqlite_world: World, step: str, pence: int | None
) -> None:
    request = applied(sqlite_world)
    before = request.read()
    assert fee(request, step, pence).status_code in {400, 422}
    assert request.read() == before


def test_the_page_offers_what_makes_sense_and_shows_the_amounts(office: Office) -> None:
    request = applied(office.world)
    officer = office.person("officer-a", Role.CASE_OFFICER, force="89")
    at = request.at.removeprefix("/v1/")
    assert "Ask for a fee" in officer.page(at)
    assert "The fee was paid" not in officer.page(at)

    wrong = officer.follow(at, f"{at}/step", step="ask fee", pence="sixty-five")
    officer.follow(at, f"{at}/step", step="ask fee", pence="65.00")
    officer.follow(at, f"{at}/step", step="take fee", pence="£65")

    assert wrong.status_code == 422
    assert "Write the amount in pounds, as 65 or 65.00." in wrong.text
    page = officer.page(at)
    assert "asked 65.00 GBP, paid 65.00 GBP" in page
    assert "Refund the fee, with reasons" in page
    assert "Waive the fee" not in page
