"""The page on which an office sees whether all of it was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from domain.access import Role
from domain.convictions import ConvictedOffence
from matching.scorer import Scorer
from tests.integration.exchange.offices import GBR, Clock, Wire, conviction
from tests.integration.exchange.offices import Office as Country
from tests.integration.web.conftest import open_office


def test_without_a_state_the_page_says_so(sqlite_url: str, scorer: Scorer, tmp_path: Path) -> None:
    for office in open_office(sqlite_url, scorer, tmp_path):
        page = office.person("auditor-a", Role.AUDITOR).page("exchange")
        assert "exchanges with no other State" in page


def test_the_alarm_is_said_in_words(sqlite_url: str, scorer: Scorer, tmp_path: Path) -> None:
    settings = {"exchange_state": "GBR"}
    for office in open_office(sqlite_url, scorer, tmp_path, **settings):
        services = office.world.services
        today = services.surroundings.clock().date()
        desk = replace(office.app.state.api.exchange, http=Wire())
        ours = Country(services, desk, Clock(services.surroundings.clock()))
        late = conviction(
            recorded_on=today - timedelta(days=60),
            decided_on=today - timedelta(days=70),
            offences=(ConvictedOffence("TH68001", "Theft"),),
        )
        ours.record(1, ("POL", GBR), late)

        page = office.person("supervisor-a", Role.SUPERVISOR).page("exchange")

        assert "1 past the last day and not sent" in page
        assert "several nationalities" in page
        assert "no prints on file" in page
