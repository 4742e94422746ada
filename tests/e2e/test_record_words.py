"""Titles of offences, fees, letters and review days in a browser, at a desk and on a telephone."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.cli.context import CONSOLE
from service.usecases.people.offence_tables import install_offences
from tests.court_messages import Told
from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site, running_site
from tests.integration.agencies.test_court_results import sent, summonsed
from tests.integration.api.driver import World
from tests.integration.certificates.applying import applied

SIZES = ((1366, 768), (390, 844))
CODES = b"code,title\nTH68010,Theft from shop or stall\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return an office of its own, with a table of offence codes."""
    with running_site(tmp_path_factory.mktemp("words") / "store") as site:
        yield site


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    made = World(site.app, TestClient(site.app), io.StringIO())
    install_offences(made.services, CONSOLE, CODES)
    return made


def _check(desk: Desk, path: str, says: tuple[str, ...], name: str) -> None:
    """Open a page at each size: it says this, is accessible, and nothing overflows."""
    for width, height in SIZES:
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.go(path)
        desk.page.wait_for_load_state()
        told = desk.page.inner_text("main")
        assert [one for one in says if one not in told] == [], path
        desk.check(f"{name}-{width}")
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_offences_have_the_titles_of_the_office(desks: Desks, world: World) -> None:
    record_id = summonsed(world)
    matter = sent(world, Told(surname="Trelawny"))["matter_id"]
    officer = desks.sit_down("officer-a")
    title = "Theft from shop or stall"

    _check(officer, f"matters/{matter}", (title, "Theft from a shop"), "matter-title")
    auditor = desks.sit_down("auditor-a")
    says = (title, "Recorded as: Theft from a shop")
    _check(auditor, f"records/{record_id}", says, "record-title")


def test_a_fee_and_the_letter_at_the_end(desks: Desks, world: World) -> None:
    request = applied(world, 2)
    at = f"requests/{request.at.rpartition('/')[2]}"
    officer = desks.sit_down("officer-a")
    officer.go(at)
    officer.page.get_by_label("Ask for a fee").check()
    officer.page.get_by_label("Amount of the fee in pounds").fill("65")
    officer.page.get_by_role("button", name="Continue").last.click()
    _check(officer, at, ("asked 65.00 GBP", "The fee was paid"), "request-fee")

    request.step("withdraw", words="They stay at home.")

    ended = ("You applied for a police certificate.", "You can ask again at any time.")
    _check(officer, at, (*ended, "Text letters/2"), "request-letter")
