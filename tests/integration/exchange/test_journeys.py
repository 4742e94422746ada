"""Journeys of what States tell and are told, by calls and pages on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.exchange.codes import FaultCode, Transport
from domain.office_days import office_day
from service.usecases.exchange.desk import RegisterPartner, register_partner
from service.usecases.exchange.reconciling import repair_duties
from tests.integration.agencies.test_court_results import held, step, summonsed
from tests.integration.exchange.offices import POL, ROOT, Clock, Wire
from tests.integration.exchange.offices import conviction as told_conviction
from tests.integration.exchange.offices import office as country
from tests.integration.exchange.telling import Teller, deletion, notice
from tests.integration.exchange.test_duties import told
from tests.integration.requests.test_disputes import put
from tests.integration.requests.working import FINE, add_convictions, amend
from tests.integration.retention.test_bases import (
    verified,
)
from tests.integration.web.driver import Office
from tests.integration.web.test_record_journeys import exchange_of, office
from tests.integration.web.test_requests import officer

pytestmark = [pytest.mark.promise("records"), pytest.mark.journey]

__all__ = ["office"]


def _poland(office: Office) -> Teller:
    """Return Poland, a partner of the office, that tells whatever a test wants."""
    services = office.world.services
    desk = replace(office.app.state.api.exchange, http=Wire())
    theirs = country(services.units, POL, Wire(), Clock(services.surroundings.clock()))
    command = RegisterPartner(POL, Transport.SIGNED_HTTP, "http://x.example/", theirs.public_key)
    register_partner(services, desk, ROOT, command)
    return Teller(theirs, services, desk)


def _waiting(office: Office) -> list[dict[str, Any]]:
    return list(office.world.officer().get("/v1/matters").json()["waiting"])


def test_a_conviction_that_a_state_tells(office: Office) -> None:
    world, poland = office.world, _poland(office)
    record_id = summonsed(world)
    assert poland.tell(notice()) == [None]
    (matter,) = _waiting(office)
    page = officer(office).page(f"matters/{matter['matter_id']}")
    body = {"expected_step": 1, "record_id": record_id, "expected_version": 1, "laid": []}
    step(world, matter["matter_id"], "attachment", **body, words="By the name.")
    agreed_on = step(
        world, matter["matter_id"], "answer", "officer-b", expected_step=2, agrees=True
    )

    assert ("Poland" in page, "Kradzież" in page) == (True, True)
    assert agreed_on.json()["state"] == "attached", agreed_on.text
    assert "Kradzież" in office.force("89").page(f"records/{record_id}")
    assert poland.tell(deletion(3), notice(version=2)) == [None, None]
    assert held(world, record_id).convictions == ()
    assert verified(world)


def test_a_state_that_contradicts_itself_or_speaks_for_another(office: Office) -> None:
    world, poland = office.world, _poland(office)
    other = notice(decided_on=date(2025, 11, 21))
    answers = poland.tell(notice(), other, notice(country="FRA", conviction_id="lyon.1"))
    apart = [one["matter_id"] for one in _waiting(office) if one["state"] == "quarantined"]
    before = office.supervisor().page("today")
    pages = [officer(office).page(f"matters/{one}") for one in apart]
    for one in apart:
        step(world, one, "return", expected_step=1, words="Poland was asked.")
        step(world, one, "answer", "officer-b", expected_step=2, agrees=True)

    assert answers == [None, FaultCode.CONFLICT, FaultCode.SECOND_HAND]
    assert "ask the convicting State" in "".join(pages)
    assert _quarantined(before) == "2"
    assert _quarantined(office.supervisor().page("today")) == "0"
    assert [one["state"] for one in _waiting(office)] == ["doubtful"]
    assert verified(world)


def _quarantined(today: str) -> str:
    found = re.search(r"Matters in quarantine(?:</a>)?</th><td[^>]*>(\d+)", today)
    assert found is not None
    return found[1]


def test_an_appeal_is_told_to_each_state(office: Office) -> None:
    world, ours = office.world, exchange_of(office)
    _, record_id = put(world, 1)
    for state in ("POL", "ROU"):
        item = {"kind": "nationality", "nationality": state}
        amend(world, record_id, {"change": "add", "item": item}, force="89")
    add_convictions(world, record_id, FINE, force="89")
    for changed in (
        FINE | {"sanctions": [{"kind": "custody", "duration": "P2M"}]},
        FINE | {"sanctions": [{"kind": "custody", "duration": "P2M"}], "asn": "X"},
        FINE
        | {
            "sanctions": [{"kind": "custody", "duration": "P2M"}],
            "asn": "X",
            "decisions": [_QUASHED],
        },
    ):
        item = {"kind": "conviction", "conviction": changed}
        change = {"change": "correct", "item_id": "conviction-1", "item": item}
        amend(world, record_id, change, force="89")
    ours.survey()

    assert [one[:2] for one in told(ours)] == [
        (kind, state)
        for kind in ("notification", "update", "deletion")
        for state in ("POL", "ROU")
    ]
    page = office.supervisor().page("exchange")
    assert ("Several nationalities" in page, "No prints on file" in page) == (True, True)
    assert all(f">{name}<" in page for name in ("Poland", "Romania", "ACRO (89)"))
    assert ours.reconcile().figures.unexpected == 0
    assert verified(world)


_QUASHED = {
    "change": "quashed",
    "decided_on": "2025-05-28",
    "court": {"name": "Court of Appeal"},
    "deletes": True,
}


def test_duties_from_before_the_start_are_counted_and_repaired(office: Office) -> None:
    ours = exchange_of(office)
    today = office_day(ours.clock())
    late = told_conviction(
        recorded_on=today - timedelta(days=60), decided_on=today - timedelta(days=70)
    )
    ours.record(1, ("POL", "ROU"), late)
    replace(ours, desk=replace(ours.desk, since=today)).survey()
    before = office.supervisor().page("exchange")

    repaired = [repair_duties(ours.services, ours.desk, ROOT) for _ in range(2)]

    assert "2 overdue and not sent" in before
    assert [(one.unmet, one.queued, one.left) for one in repaired] == [(2, 2, 0), (0, 0, 0)]
    assert ours.reconcile().figures.doubled == 0
