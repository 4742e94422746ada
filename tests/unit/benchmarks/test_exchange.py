"""The benchmark of the reconciliation finds what was planted, and says so when it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import exchange
from benchmarks.exchange import main, reconciled
from benchmarks.exchanging.many import EACH, UNTOLD_OF, Planted


def test_the_reconciliation_finds_every_duty_that_was_planted(tmp_path: Path) -> None:
    told = tmp_path / "figures.json"

    assert main(["--reconcile", "3000", "--json", str(told)]) == 0

    figures = json.loads(told.read_text())
    assert figures["is_right"] is True
    assert figures["due"] == 3000
    assert figures["unsent_past_due"] == EACH * len(range(0, 3000 // EACH, UNTOLD_OF)) > 0


def test_figures_that_are_not_those_planted_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    fill = exchange.fill

    def wrong(office: exchange.Office, convictions: int) -> Planted:
        planted = fill(office, convictions)
        return Planted(planted.due, planted.untold + 1)

    monkeypatch.setattr(exchange, "fill", wrong)

    assert reconciled(100)["is_right"] is False
