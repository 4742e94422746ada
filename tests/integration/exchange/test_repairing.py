"""Repair: what the reconciliation finds unmet is queued once, however often it is cut short."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.usecases.exchange import reconciling
from service.usecases.exchange.duties import queue_told
from service.usecases.exchange.reconciling import Repaired, repair_duties
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import ROOT, Office, conviction

pytestmark = pytest.mark.promise("records")


def _exempt_and_late(two: Two, people: int) -> Office:
    """Survey convictions under a later start of the exchange; move the start back, and wait."""
    ours = two.ours
    begins_later = replace(ours, desk=replace(ours.desk, since=date(2026, 6, 1)))
    for number in range(people):
        states = ("POL", "GBR") if number % 2 else ("POL", "ROU")
        ours.record(number, states, conviction())
    begins_later.survey()
    two.clock.turn_to(date(2026, 6, 2))
    return replace(ours, desk=replace(ours.desk, at_once=2))


def _standing(office: Office) -> tuple[int, int, int, int]:
    figures = office.reconcile().figures
    total = figures.total
    return total.due, total.pending, total.unsent_past_due, figures.doubled


@pytest.mark.journey
def test_duties_of_an_earlier_start_are_queued_once_and_stay_late(two: Two) -> None:
    ours = _exempt_and_late(two, 4)
    alarmed = ours.reconcile().figures.alarms

    ours.work()
    assert _standing(ours)[1] == 6
    first = repair_duties(ours.services, ours.desk, ROOT)
    again = repair_duties(ours.services, ours.desk, ROOT)
    ours.send()

    assert "all" in alarmed
    assert (first, again) == (Repaired(6, 6, 0), Repaired(0, 0, 0))
    total = ours.reconcile().figures.total
    assert (total.acknowledged, total.pending + total.sent, total.late) == (4, 2, 4)
    with two.theirs.services.units.read() as unit:
        assert sum(unit.inbox.counts().values()) == 4


def test_a_repair_that_dies_anywhere_is_run_again(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = _exempt_and_late(two, 8)
    queued = 0

    def dying(*args: Any) -> int:
        nonlocal queued
        found = queue_told(*args)
        queued += found
        raise KeyboardInterrupt

    for _ in range(20):
        with monkeypatch.context() as patched:
            patched.setattr(reconciling, "queue_told", dying)
            try:
                repair_duties(ours.services, ours.desk, ROOT)
            except KeyboardInterrupt:
                continue
    last = repair_duties(ours.services, ours.desk, ROOT)

    assert (queued, last.left) == (12, 0)
    assert _standing(ours) == (12, 12, 12, 0)
    ours.send()
    assert ours.reconcile().figures.total.acknowledged == 8


def test_two_repairs_at_once_queue_nothing_twice(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = _exempt_and_late(two, 3)
    inner: list[Repaired] = []

    def overtaken(*args: Any) -> int:
        if not inner:
            inner.append(Repaired(0, 0, 0))
            inner[0] = repair_duties(ours.services, ours.desk, ROOT)
        return queue_told(*args)

    monkeypatch.setattr(reconciling, "queue_told", overtaken)
    outer = repair_duties(ours.services, ours.desk, ROOT)

    assert inner[0].queued + outer.queued == 5
    assert _standing(ours)[3] == 0


def test_what_the_sender_would_not_tell_is_left_and_said(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = _exempt_and_late(two, 2)
    monkeypatch.setattr("service.usecases.exchange.duties._told", lambda *_: iter(()))

    assert repair_duties(ours.services, ours.desk, ROOT) == Repaired(3, 0, 3)
    assert ours.reconcile().figures.alarms
