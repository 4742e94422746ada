"""Disputes in a browser: opened from a request, decided beside the evidence, ended by a letter."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site, running_site
from tests.integration.api.driver import World
from tests.integration.api.merging import merged
from tests.integration.certificates.applying import applied
from tests.integration.requests.test_disputes import (
    add,
    attached,
    conviction,
    entry,
    part,
    printed,
    put,
    undecided,
)

SIZES = ((1366, 768), (390, 844))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return an office of its own."""
    with running_site(tmp_path_factory.mktemp("disputes") / "store") as site:
        yield site


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    return World(site.app, TestClient(site.app), io.StringIO())


def _check(desk: Desk, path: str, says: str, name: str) -> None:
    """Open a page at each size: it says this, is accessible, and nothing overflows."""
    for width, height in SIZES:
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.go(path)
        desk.page.wait_for_load_state()
        assert says in desk.page.inner_text("main"), path
        desk.check(f"{name}-{width}")
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def _parted(world: World) -> tuple[str, str]:
    """Part two people; return the record of one, and the dispute that is left."""
    first, here = put(world, 1)
    second, _ = printed(world, 2)
    merge_id = merged(world, first, second)
    add(world, here, "89", entry("conviction", conviction("nobody-knows")))
    part(world, merge_id)
    (dispute,) = undecided(world)
    return here, str(dispute["dispute_id"])


def test_a_dispute_from_a_request_to_its_letter(desks: Desks, world: World) -> None:
    here, parted = _parted(world)
    attached(world, here, 2)
    request = applied(world)
    request.search_by_details()
    request.identify_first()
    at = f"requests/{request.at.rpartition('/')[2]}"
    officer, other = desks.sit_down("office-a"), desks.sit_down("office-b")

    officer.go(at)
    officer.follow("text=Entries that the person says are not theirs")
    _check(officer, f"{at}/disputes", "Start a dispute", "dispute-open")
    officer.follow("main button.govuk-button")
    officer.page.wait_for_selector(".govuk-error-summary")
    officer.check("dispute-open-error")
    officer.page.check("input[name=entry] >> nth=1")
    officer.page.check("input[name=doubted_by][value=person]")
    officer.page.fill("textarea[name=words]", "In June 2026 I was in hospital in Leeds.")
    officer.follow("main button.govuk-button")
    dispute = officer.page.url.partition("/workbench/")[2]
    _check(officer, dispute, "What is disputed", "dispute")
    officer.page.check("input[name=theirs][value=no]")
    officer.page.fill("textarea[name=words]", "The hospital confirms it.")
    officer.follow("main button.govuk-button")
    assert "another person must agree" in officer.page.inner_text("main")
    _check(other, dispute, "Decide on the proposal", "dispute-proposed")
    other.follow("main button[value=yes]")
    assert "Letter to the person" in other.page.inner_text("main")
    _check(other, dispute, "It has left your record", "dispute-decided")
    _check(other, f"disputes/{parted}", "The other person", "dispute-parted")
    _check(other, "disputes", "Put on record while two people were merged", "disputes")
