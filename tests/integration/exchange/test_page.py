"""The page on which an office sees whether all of it was told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.access.access import Role
from domain.agencies.matters import MatterState
from domain.exchange.codes import FaultCode
from domain.exchange.contents import StatedSanction
from domain.people.convictions import ConvictedOffence, SentenceKind
from matching.scorer import Scorer
from service.usecases.exchange.told import QUARANTINED, Telling
from tests.integration.exchange.offices import GBR, POL, Clock, Wire, conviction
from tests.integration.exchange.offices import Office as Country
from tests.integration.exchange.telling import notice
from tests.integration.requests.working import opened
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office
from tests.unit.service.cli.console import Console

_ROW = re.compile(r'__header">(?:<a[^>]*>)?([^<]+)(?:</a>)?</th><td[^>]*>(\d+)</td><td[^>]*>(\d+)')


def _figures(page: str) -> dict[str, tuple[str, str]]:
    return {kind: (waiting, late) for kind, waiting, late in _ROW.findall(page)}


def test_without_a_state_the_page_says_so(sqlite_url: str, scorer: Scorer, tmp_path: Path) -> None:
    for office in open_office(sqlite_url, scorer, tmp_path):
        page = office.person("auditor-a", Role.AUDITOR).page("exchange")
        assert "does not exchange data with other countries" in page


def _demand_the_same_today(office: Office) -> None:
    for role in (Role.SUPERVISOR, Role.CASE_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR):
        today_page = office.person(
            f"one-{role.value}", role, force="89" if role is Role.CASE_OFFICER else None
        ).page("today")
        assert _figures(today_page) == {
            "Requests": ("2", "1"),
            "Notices of corrections": ("0", "0"),
            "Matters in the inbox": ("1", "0"),
            "Matters in quarantine": ("1", "1"),
            "Convictions past the time limit of their source": ("0", "0"),
            "Convictions for other States": ("1", "1"),
            "Signs of misuse": ("0", "0"),
            "Sources of prints that moved": ("0", "0"),
        }
        assert "1 request was received and 0 closed: 1 more received than closed" in today_page
    assert _figures(office.force().page("today")) == {}


def _second_hand(ours: Country, **changes: Any) -> str:
    """Put into quarantine what Poland tells of a French conviction; return the matter."""
    with ours.services.units.write() as unit:
        telling = Telling(ours.services, ours.desk, unit, POL)
        reason = QUARANTINED[FaultCode.SECOND_HAND]
        matter = telling.enter(notice(country="FRA", **changes), MatterState.QUARANTINED, reason)
        unit.commit()
    assert matter is not None
    return matter.matter_id


def _demand_told(office: Office, matter_id: str) -> None:
    officer = office.person("one-case-officer", Role.CASE_OFFICER, force="89")
    shown = officer.page(f"matters/{matter_id}")
    for words in (
        "Trelawney",
        "Poland",
        "France",
        "Kradzież",
        "ask the convicting State",
        "Send it back",
    ):
        assert words in shown


def test_an_impossible_conviction_that_an_earlier_release_kept_apart_is_shown(
    sqlite_url: str, scorer: Scorer, tmp_path: Path
) -> None:
    first, last = date(2026, 1, 2), date(2026, 1, 1)
    impossible = (StatedSanction(SentenceKind.CUSTODY, starts_on=first, ends_on=last),)
    for office in open_office(sqlite_url, scorer, tmp_path, exchange_state="GBR"):
        services = office.world.services
        desk = replace(office.app.state.api.exchange, http=Wire())
        ours = Country(services, desk, Clock(services.surroundings.clock()))
        matter_id = _second_hand(ours, sanctions=impossible)
        officer = office.person("one-case-officer", Role.CASE_OFFICER, force="89")

        assert "impossible together" in officer.page(f"matters/{matter_id}")


def test_page_and_status_say_alike_what_is_overdue(
    sqlite_url: str,
    scorer: Scorer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = {"exchange_state": "GBR"}
    for office in open_office(sqlite_url, scorer, tmp_path, **settings):
        services = office.world.services
        today = services.today()
        desk = replace(office.app.state.api.exchange, http=Wire())
        ours = Country(services, desk, Clock(services.surroundings.clock()))
        late = conviction(
            recorded_on=today - timedelta(days=60),
            decided_on=today - timedelta(days=70),
            offences=(ConvictedOffence("TH68001", "Theft"),),
        )
        ours.record(1, ("POL", GBR), late)

        matter_id = _second_hand(ours)
        opened(office.world, received_on="2020-03-02")
        opened(office.world, received_on=today.isoformat())

        page = office.person("supervisor-a", Role.SUPERVISOR).page("exchange")
        store = office.app.state.api.settings
        monkeypatch.setenv("IDENTLINK_STORE", str(store.store))
        monkeypatch.setenv("IDENTLINK_DATABASE_URL", store.database_address)
        monkeypatch.setenv("IDENTLINK_EXCHANGE_STATE", "GBR")
        status = Console(monkeypatch, capsys)("status", "--json")
        found = {one["name"]: one for one in status.json()["checks"]}

        assert status.exit_code == 1
        assert found["convictions for other States"]["found"] == "1 to notify, 1 overdue"
        assert found["requests"]["found"] == "2 open, 1 overdue"
        assert found["matters in quarantine"]["found"] == "1 in quarantine"
        assert "page Inbox" in found["matters in quarantine"]["remedy"]
        _demand_the_same_today(office)
        _demand_told(office, matter_id)
        assert all(found[name]["remedy"] for name in ("convictions for other States", "requests"))
        assert found["notices of corrections"]["remedy"] is None
        assert "1 overdue and not sent" in page
        assert "Several nationalities" in page
        assert "No prints on file" in page
