"""An erasure reaches every State that was told, and the reconciliation sees one that was not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.exchange.codes import DeletionReason, MessageKind
from domain.exchange.messages import Deletion, read_message
from domain.ids import PersonId
from domain.people.convictions import Court, DecisionChange, LaterDecision
from service.usecases.exchange.duties import tell_erased
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import POL, Office, conviction

pytestmark = pytest.mark.promise("erasure")

_QUASHED = LaterDecision(
    DecisionChange.QUASHED, date(2026, 3, 2), Court("Court of Appeal"), deletes=True
)


def _erase(office: Office, number: int) -> None:
    with office.services.units.write() as unit:
        unit.people.erase_person(PersonId(f"person-{number}"))
        unit.commit()


def test_each_state_that_was_told_hears_of_the_erasure(two: Two) -> None:
    ours, theirs = two.ours, two.theirs
    record = ours.record(1, ("GBR", "POL", "ROU"), conviction())
    ours.work()
    ref = f"{record}.conviction-1"
    two.clock.turn_to(date(2026, 4, 1))
    _erase(ours, 1)

    assert tell_erased(ours.services, ours.desk) == 2
    assert tell_erased(ours.services, ours.desk) == 0
    ours.send()

    with theirs.services.units.read() as unit:
        held = unit.inbox.held(ours.state, ref)
    assert held is not None
    assert held.kind is MessageKind.DELETION
    figures = ours.reconcile().figures
    assert (figures.total.due, figures.total.acknowledged, figures.doubled) == (2, 1, 0)
    assert figures.unexpected == 0


def test_a_deletion_that_nobody_made_raises_the_alarm(two: Two) -> None:
    ours = two.ours
    ours.record(1, ("POL",), conviction())
    ours.work()
    two.clock.turn_to(date(2026, 4, 1))
    _erase(ours, 1)
    two.clock.turn_to(date(2026, 6, 1))

    figures = ours.reconcile().figures

    assert figures.total.unsent_past_due == 1
    assert "State POL" in figures.alarms


def test_what_was_deleted_before_or_never_told_is_not_deleted_again(two: Two) -> None:
    ours = two.ours
    quashed = ours.record(1, ("POL",), conviction())
    ours.record(2, ("USA",), conviction())
    ours.work()
    ours.amend(quashed, ("POL",), conviction())
    ours.work()
    ours.amend(quashed, ("POL",), replace(conviction(), decisions=(_QUASHED,)))
    ours.work()
    ours.record(3, ("POL",), conviction())
    for number in (1, 2, 3):
        _erase(ours, number)

    assert tell_erased(ours.services, ours.desk) == 0
    assert ours.reconcile().figures.total.unsent_past_due == 0


def test_the_message_says_nothing_about_the_person(two: Two) -> None:
    ours = two.ours
    record = ours.record(1, ("POL",), conviction())
    ours.work()
    _erase(ours, 1)
    tell_erased(ours.services, ours.desk)

    with ours.services.units.write() as unit:
        (claimed,) = unit.outbox.claim(POL, two.clock.now, two.clock.now, 10)

    assert claimed.body is not None
    content = read_message(claimed.body).content
    assert content == Deletion(f"{record}.conviction-1", 2, DeletionReason.ERASED)
