"""A visitor of the public's pages, whose office is an application in the same process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from httpx2 import Response
from starlette.testclient import TestClient

from domain.access.access import Scope
from domain.ids import ForceCode
from service.cli.context import CONSOLE
from service.public.app import create_public_app
from service.public.desk import Desk, PublicSettings, open_desk
from service.public.office import Office
from service.public.rendering import catalogues, english
from service.usecases.access.clients import AddClient, add_client
from tests.integration.api.driver import World
from tests.integration.applications.applying import NAME_OF_KIND, pages, photograph

TEST_TEXTS = {
    f"kinds.{NAME_OF_KIND}.title": "A ticket of the library",
    f"kinds.{NAME_OF_KIND}.lead": "To read maps.",
    f"kinds.{NAME_OF_KIND}.time": "Within one month.",
    "questions.shelf.label": "Shelf",
    "questions.shelf.missing": "Choose a shelf",
    "choices.shelf.maps": "Maps",
    "choices.shelf.novels": "Novels",
}
"""The words of the form of the tests."""


@contextmanager
def texts_in() -> Iterator[None]:
    """Let the catalogue hold the words of the form of the tests."""
    texts: Any = english().texts
    texts.update(TEST_TEXTS)
    try:
        yield
    finally:
        for name in TEST_TEXTS:
            del texts[name]


@dataclass(slots=True)
class Visitor:
    """A browser without JavaScript: it follows redirects and sends the forms that it is shown."""

    world: World
    client: TestClient
    desk: Desk

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def send(
        self,
        path: str,
        fields: Mapping[str, Any] | None = None,
        *,
        shown: str | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Response:
        """Load a page and send its form."""
        page = self.client.get(shown or path)
        body = {"csrf": _hidden(page.text, "csrf"), "version": _hidden(page.text, "version")}
        return self.client.post(path, data={**body, **(fields or {})}, files=files)

    def begin(self) -> tuple[str, str]:
        """Begin the form of the tests and return its reference and code."""
        page = self.send(f"/apply/{NAME_OF_KIND}")
        assert page.status_code == 200, page.text
        reference, code = re.findall(r'pub-code">([0-9A-Z-]+)<', page.text)
        return reference, code

    def fill(self, person: int = 1) -> Response:
        """Answer every page and send the photograph."""
        page = None
        for name, typed in pages(person).items():
            page = self.send(f"/application/question/{name}", typed)
            assert page.status_code == 200, page.text
        for slot in ("portrait", "passport"):
            photo = {"document": ("me.jpg", photograph())}
            page = self.send(f"/application/document/{slot}", files=photo)
            assert page.status_code == 200, page.text
        assert page is not None
        return page


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return "" if found is None else found[1]


def settings_of(**given: Any) -> PublicSettings:
    return PublicSettings(**({"plain_cookies": True, "pages_per_minute": 100_000} | given))


@contextmanager
def visiting(world: World, messages: Path | None = None, **given: Any) -> Iterator[Visitor]:
    """Yield a visitor of pages that call the office of this world."""
    scopes = frozenset({Scope.CARRY_APPLICATIONS})
    name = f"public-pages-{len(given)}-{messages is None}".lower()
    issued = add_client(world.services, AddClient(CONSOLE, name, ForceCode("89"), scopes))
    transport = httpx2.ASGITransport(app=world.app)
    client = httpx2.AsyncClient(transport=transport, base_url="http://testserver")
    office = Office(client, issued.client.client_id, issued.secret)
    desk = open_desk(settings_of(**given), office, catalogues(messages))
    with TestClient(create_public_app(desk)) as browser:
        yield Visitor(world, browser, desk)
