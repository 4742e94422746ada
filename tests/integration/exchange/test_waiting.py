"""A conviction that another State told waits for its record, and is met by name meanwhile."""

from __future__ import annotations

import pytest

from domain.people import Details, PersonName
from domain.waiting import WaitingKind
from service.live.waiting import LiveWaiting
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import conviction

pytestmark = pytest.mark.promise("records")

SAID = Details(names=(PersonName("Ada", "Muster"),))


def test_a_conviction_told_is_met_until_its_state_deletes_it(two: Two) -> None:
    waiting = LiveWaiting(two.theirs.services.units)
    before = waiting.candidates(SAID, 10)

    record = two.ours.record(1, ("POL",), conviction())
    two.ours.work()
    (item,) = waiting.candidates(SAID, 10)
    other = waiting.candidates(Details(names=(PersonName("Qqqq", "Zzzzz"),)), 10)
    two.ours.amend(record, ("ROU",), conviction())
    two.ours.work()

    assert before == other == ()
    assert waiting.candidates(SAID, 10) == ()
    assert item.kind is WaitingKind.CONVICTION
    assert item.details.names[0].surname == "Muster"
