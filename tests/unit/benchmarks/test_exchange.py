"""The benchmark of the reconciliation finds what was planted, and says so when it does not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import exchange
from benchmarks.exchange import main, reconciled
from benchmarks.exchanging.many import EACH, UNTOLD_OF, Planted
from benchmarks.exchanging.offices import (
    FIRST_DAY,
    OURS,
    ROOT,
    THEIRS,
    Clock,
    Wire,
    morning,
    opened_office,
)
from domain.exchange.codes import MessageKind, Transport
from service.usecases.exchange.desk import RegisterPartner, register_partner


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


def test_each_office_takes_what_the_other_tells(tmp_path: Path) -> None:
    clock, wire = Clock(morning(FIRST_DAY)), Wire(np.random.default_rng(1))
    with (
        opened_office(tmp_path / "ours", (OURS, THEIRS), wire, clock, 1) as ours,
        opened_office(tmp_path / "theirs", (THEIRS, OURS), wire, clock, 1) as theirs,
    ):
        for one, other in ((ours, theirs), (theirs, ours)):
            key = other.desk.signatures.public_key
            partner = RegisterPartner(other.desk.own, Transport.SIGNED_HTTP, "http://a/", key)
            register_partner(one.services, one.desk, ROOT, partner)
            one.convict(1, FIRST_DAY)

        ours.work()
        theirs.work()

        assert ours.taken() == theirs.taken() == {MessageKind.NOTIFICATION: 1}
