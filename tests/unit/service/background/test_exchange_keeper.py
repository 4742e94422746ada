"""The duties of the exchange as figures for Prometheus."""

from __future__ import annotations

from datetime import date

from prometheus_client import generate_latest

from domain.exchange.duties import Reconciliation, Stratum
from service.api.metrics import Metrics


def test_figures_are_told_by_group_and_never_by_force_or_state() -> None:
    metrics = Metrics()
    groups = ("all", "no prints on file", "force 01", "State POL")
    strata = tuple(Stratum(name, 9, 5, 1, 3, 2, 1, 2, date(2026, 3, 1), 4) for name in groups)

    metrics.note_exchange(Reconciliation(date(2026, 4, 1), strata, 0, 0, 0, 7, "ab"))

    told = generate_latest(metrics._told).decode()
    assert 'identlink_exchange_duties{group="all",standing="unsent_past_due"} 2.0' in told
    assert 'group="no prints on file",standing="acknowledged"} 5.0' in told
    assert "force 01" not in told
    assert "POL" not in told
