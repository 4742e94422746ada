"""A conviction that another State told waits for its record, and is met by name meanwhile."""

from __future__ import annotations

import pytest

from domain.people.people import Details, PersonName
from domain.searches.searches import WaitingItem, WaitingKind
from service.live.waiting import LiveWaiting
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import conviction

pytestmark = pytest.mark.promise("records")

SAID = Details(names=(PersonName("Ada", "Muster"),))


def test_a_conviction_told_is_met_until_its_state_deletes_it(two: Two) -> None:
    waiting = LiveWaiting(two.theirs.services.units)
    before = _met(two, waiting, SAID)

    record = two.ours.record(1, ("POL",), conviction())
    two.ours.work()
    (item,) = _met(two, waiting, SAID)
    other = _met(two, waiting, Details(names=(PersonName("Qqqq", "Zzzzz"),)))
    two.ours.amend(record, ("ROU",), conviction())
    two.ours.work()

    assert before == other == ()
    assert _met(two, waiting, SAID) == ()
    assert item.kind is WaitingKind.MATTER
    assert item.details.names[0].surname == "Muster"


def _met(two: Two, waiting: LiveWaiting, said: Details) -> tuple[WaitingItem, ...]:
    with two.theirs.services.units.read() as unit:
        waiting.follow(unit)
    return waiting.candidates(said, 10)
