"""The tasks of officers who exchange convictions with other countries, their steps counted."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from domain.exchange.codes import Transport
from domain.exchange.contents import StatedName, StatedPerson
from service.storage.database import Database
from service.usecases.exchange.desk import RegisterPartner, register_partner
from tests.e2e.desks import Desks
from tests.e2e.narrow import check_both
from tests.e2e.site import Site, running_site
from tests.e2e.test_journeys import Steps, counted
from tests.formats import FORMAT
from tests.integration.api.driver import World
from tests.integration.exchange.offices import POL, ROOT, Clock, Wire, office
from tests.integration.exchange.telling import Teller, notice

_PERSON = StatedPerson(StatedName("Surname61", "Forename61"), ("GBR",), born_on="1984-03-12")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return an office that exchanges convictions as the United Kingdom."""
    store = tmp_path_factory.mktemp("exchange") / "store"
    with running_site(store, exchange_state="GBR") as site:
        yield site


@pytest.fixture(scope="module")
def poland(
    site: Site, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Teller]:
    """Return the office of another country, which this one knows."""
    copy = tmp_path_factory.mktemp("poland") / "identlink.db"
    shutil.copyfile(sqlite_template, copy)
    database = Database(f"sqlite:///{copy}", codec=FORMAT.codec)
    services, desk = site.bench.services, site.app.state.api.exchange
    theirs = office(database.units_of_work(), POL, Wire(), Clock(services.surroundings.clock()))
    command = RegisterPartner(POL, Transport.SIGNED_HTTP, "http://x.example/", theirs.public_key)
    register_partner(services, desk, ROOT, command)
    yield Teller(theirs, services, desk)
    database.close()


def test_a_conviction_that_a_country_told_is_attached_by_two(
    desks: Desks, site: Site, poland: Teller
) -> None:
    World(site.app, TestClient(site.app), io.StringIO()).enrol(61)
    assert poland.tell(notice(_PERSON)) == [None]
    first, second = (Steps(desks.sit_down(name)) for name in ("office-a", "office-b"))

    first.follow("nav >> text=Inbox")
    check_both(first.desk, "inbox")
    first.follow("main a:has-text('Surname61')")
    check_both(first.desk, "told-by-poland")
    first.fill("#words-1", "Name, date of birth and nationality agree.")
    first.press("Propose to attach")
    second.follow("nav >> text=Today")
    second.follow("main a:has-text('Matters in the inbox to decide')")
    second.follow("main a:has-text('Surname61')")
    second.follow("main button[value=yes]")

    assert "attached" in second.desk.page.inner_text("main h1").lower()
    counted("told", first, second)


def test_an_officer_asks_another_country(desks: Desks, poland: Teller) -> None:
    del poland
    officer = Steps(desks.sit_down("office-a"))

    officer.follow("nav >> text=Requests to countries")
    officer.follow("main a:has-text('Ask other countries')")
    check_both(officer.desk, "ask-countries")
    officer.check("input[name=purpose][value='criminal proceedings']")
    officer.select("#legal_basis", "eufra-2020")
    officer.fill("#reference", "OUT-1")
    officer.fill("#surname", "Muster")
    officer.fill("#nationalities", "Poland")
    officer.press("Ask")
    check_both(officer.desk, "asked-countries")
    officer.follow("main table a:has-text('OUT-1')")
    check_both(officer.desk, "asked-country")

    assert "Request to Poland" in officer.desk.page.inner_text("main h1")
    counted("abroad", officer)
