"""The reconciliation: finds what the sender forgets, and shares nothing with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.exchange.codes import StateCode
from domain.exchange.duties import DutyKey, ExemptionCode, Held
from domain.ids import PersonId, UserId
from service.usecases.exchange import duties
from service.usecases.exchange.duties import ExemptDuty, exempt_duty
from service.usecases.people.merging import (
    ProposeMerge,
    merges_about,
    propose_merge,
)
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import POL, ROOT, conviction


@pytest.mark.journey
def test_every_duty_stands_in_exactly_one_way(two: Two) -> None:
    ours = two.ours
    ours.record(1, ("POL", "GBR"), conviction())
    ours.record(2, ("ROU",), conviction(), force="02")
    barred = ours.record(3, ("FRA",), conviction())
    ours.record(4, ("USA",), conviction())
    ours.work()
    key = DutyKey(barred, "conviction-1", 1, StateCode("FRA"))
    exempt_duty(ours.services, ROOT, ExemptDuty(key, ExemptionCode.LEGAL_BAR, "By order."))

    total = ours.reconcile().figures.total

    assert (total.due, total.acknowledged, total.sent, total.pending, total.exempt) == (
        *(2, 1, 0, 1),
        2,
    )
    assert total.unsent_past_due == 0
    two.clock.turn_to(date(2026, 3, 30))
    figures = ours.reconcile().figures
    assert figures.total.unsent_past_due == 1
    assert figures.total.oldest_pending == date(2026, 3, 29)
    assert set(figures.alarms) == {
        *("all", "one nationality", "no prints on file", "force 02", "State ROU"),
    }
    assert (figures.unexpected, figures.doubled, figures.faults) == (0, 0, 0)


def _drops_dual_nationals(held: Held, own: StateCode) -> dict[tuple[str, StateCode], object]:
    states = {one.country for one in held.nationalities}
    return {} if own in states else TOLD(held, own)  # type: ignore[return-value]


def _drops_those_without_prints(
    told: Callable[..., object],
) -> Callable[..., object]:
    def without(version: object, own: StateCode) -> object:
        return told(version, own) if version.has_prints else iter(())  # type: ignore[attr-defined]

    return without


TOLD = Held.told


@pytest.mark.parametrize("fault", ["dual nationals", "no prints"])
def test_both_historic_faults_raise_an_alarm_on_the_day_after(
    two: Two, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    if fault == "dual nationals":
        monkeypatch.setattr(Held, "told", _drops_dual_nationals)
    else:
        monkeypatch.setattr(duties, "_told", _drops_those_without_prints(duties._told))
    ours = two.ours
    ours.record(1, ("POL", "GBR"), conviction())
    ours.record(2, ("POL",), conviction())
    ours.work()
    two.clock.turn_to(date(2026, 3, 29))
    assert ours.reconcile().figures.alarms == ()

    two.clock.turn_to(date(2026, 3, 30))
    figures = ours.reconcile().figures

    stratum = "several nationalities" if fault == "dual nationals" else "no prints on file"
    assert stratum in figures.alarms
    assert figures.total.unsent_past_due == (1 if fault == "dual nationals" else 2)


def test_changes_of_nationality_and_appeals_are_duties_of_their_own(two: Two) -> None:
    ours = two.ours
    record = ours.record(1, ("POL",), conviction())
    two.clock.turn_to(date(2026, 4, 1))
    ours.amend(record, ("POL", "ROU"), conviction())
    two.clock.turn_to(date(2026, 5, 1))
    ours.amend(record, ("ROU",), conviction(proceedings="after appeal"))

    reckoning = ours.reconcile()

    keys = [(one.key.version, one.key.state, one.due_on) for one in reckoning.pending]
    assert keys == [
        (1, "POL", date(2026, 3, 29)),
        (2, "ROU", date(2026, 4, 28)),
        (3, "POL", date(2026, 5, 28)),
        (3, "ROU", date(2026, 5, 28)),
    ]
    ours.survey()
    with ours.services.units.read() as unit:
        found = unit.outbox.told([one.key for one in reckoning.pending])
    assert len(found) == 4


def test_a_message_refused_with_a_fault_is_not_told(two: Two) -> None:
    two.ours.record(1, ("POL",), conviction(decided_on=date(2026, 3, 1)))
    two.clock.turn_to(date(2026, 2, 1))
    sweep = two.ours.work()
    figures = two.ours.reconcile().figures

    assert (sweep.faults, figures.faults, figures.total.pending) == (1, 1, 1)


def test_the_figures_name_the_log_that_they_were_counted_on(two: Two) -> None:
    two.ours.record(1, (POL,), conviction())
    two.ours.work()
    figures = two.ours.reconcile().figures

    assert figures.log_size > 0
    assert len(figures.log_root) == 64


def _merge(two: Two, surviving: int, absorbed: int) -> None:
    services = two.ours.services
    sue = Caller(
        Actor(UserId("sue"), Role.SUPERVISOR, None, frozenset({Scope.MERGE})), Purpose.SUPERVISION
    )
    kept, gone = (PersonId(f"person-{number}") for number in (surviving, absorbed))
    propose_merge(services, ProposeMerge(sue, kept, gone, "One set of prints."))
    (merge,) = merges_about(services, sue, gone)
    confirmed = replace(merge, confirmed_by=UserId("tom"), confirmed_at=two.clock.now)
    with services.units.write() as unit:
        unit.merges.confirm(confirmed)
        unit.commit()


def test_a_nationality_that_a_merge_shows_is_missed_and_told_once_the_record_has_it(
    two: Two,
) -> None:
    ours = two.ours
    kept = ours.record(1, ("GBR",), conviction())
    ours.record(2, ("POL", "USA"))
    ours.work()
    _merge(two, 1, 2)

    reckoning = ours.reconcile()
    assert [(one.record_id, one.state) for one in reckoning.lacking] == [(kept, POL)]
    assert reckoning.figures.alarms == ()
    two.clock.turn_to(date(2026, 3, 30))
    assert ours.reconcile().figures.alarms == ("merged people",)
    ours.amend(kept, ("GBR", "POL"), conviction())
    ours.work()

    figures = ours.reconcile().figures
    assert (figures.lacking, figures.alarms) == (0, ())
    assert (figures.total.due, figures.total.acknowledged) == (1, 1)
