"""A browser, the site, and signed-in users; a browser error on a page fails its test."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from domain.access.access import Scope
from domain.ids import ForceCode
from service.adapters.surroundings import give_back_freed_memory
from service.cli.context import CONSOLE
from service.public.app import create_public_app
from service.public.desk import open_desk
from service.public.office import open_office
from service.public.rendering import catalogues
from service.usecases.access.clients import AddClient, add_client
from tests.e2e.browsers import FLAGS, HOW_TO_GET_ONE, find_chromium
from tests.e2e.desks import Desk, Desks
from tests.e2e.narrow import TELEPHONE
from tests.e2e.site import Site, running_site, serving
from tests.integration.applications.applying import offered
from tests.integration.public.visiting import settings_of, texts_in

SCREENSHOTS = Path("var/screenshots")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here, and keep them in one worker: they share a site and a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.shares("browser"))
            item.add_marker(pytest.mark.dear("drives a browser"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a headless Chromium with a fresh profile."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None and os.environ.get("CI"):
            pytest.fail(HOW_TO_GET_ONE)
        if path is None:
            pytest.skip(HOW_TO_GET_ONE)
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the application, served; each test opens cases of its own."""
    with running_site(tmp_path_factory.mktemp("site") / "store") as site:
        yield site


@pytest.fixture(scope="session")
def screenshots(request: pytest.FixtureRequest) -> Path | None:
    """Return where pictures of pages are written; `make test` writes none, to be ready sooner."""
    if "not full" in request.config.option.markexpr:
        return None
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS


@pytest.fixture
def desks(chromium: Browser, site: Site, screenshots: Path | None) -> Iterator[Desks]:
    """Return the users' browsers; errors that their pages report fail the test."""
    desks = Desks(chromium, site, screenshots)
    yield desks
    desks.close()
    # Prints that were drawn leave hundreds of megabytes with the allocator of this one worker.
    give_back_freed_memory()
    assert desks.complaints == []


@pytest.fixture
def examiner(desks: Desks) -> Desk:
    """Return an examiner, signed in."""
    return desks.sit_down("examiner-a")


@pytest.fixture(scope="package")
def kind_of_tests() -> Iterator[None]:
    """Offer the kind that only tests have as long as the site may hold an application of it."""
    with offered():
        yield


@pytest.fixture
def applicant(desks: Desks, site: Site, kind_of_tests: None) -> Iterator[Desk]:
    """Return a telephone at the pages of the public, which call the site's API over HTTP."""
    scopes = frozenset({Scope.CARRY_APPLICATIONS})
    name = f"public-pages-{secrets.token_hex(4)}"
    issued = add_client(site.bench.services, AddClient(CONSOLE, name, ForceCode("89"), scopes))
    office = open_office(site.address, issued.client.client_id, issued.secret)
    with ExitStack() as stack:
        stack.enter_context(texts_in())
        desk = open_desk(settings_of(office=site.address), office, catalogues(None))
        address = stack.enter_context(serving(create_public_app(desk)))
        desks.elsewhere.add(address)
        found = replace(desks.stranger(), site=replace(site, address=address))
        found.page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a mapping of two sizes
        yield found
