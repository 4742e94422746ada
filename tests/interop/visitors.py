"""People at the pages of the demo: each has a browser window of their own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, sync_playwright

from tests.e2e.browsers import FLAGS, HOW_TO_GET_ONE, find_chromium

PATIENCE_MS = 120_000
"""Reading ten prints takes seconds, and a machine may be busy."""

_MINUTIA = (0x1A, 0x65, 0xA6)
"""The colour in which the workbench draws minutiae."""
_BLANK = 8.0
"""Standard deviation of the shades below which a picture shows nothing."""


@dataclass(slots=True)
class Visitors:
    """The windows of one demo, and what their pages complained of."""

    browser: Browser
    address: str
    password: str
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, name: str) -> Page:
        """Return a new window whose visitor has signed in by the form."""
        page = self.browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        # Playwright sets an attribute on the owner of a bound method, which slots refuse.
        page.on("console", lambda message: self._hear(message))  # noqa: PLW0108
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.address}/workbench")
        page.fill("#name", name)
        page.fill("#password", self.password)
        page.click("main button")
        page.wait_for_url(lambda address: "/sign-in" not in address)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a Chromium; without one the test fails, and says how to get it."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None:
            pytest.fail(HOW_TO_GET_ONE)
        launched = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        launched.close()


def wait_for_prints(page: Page) -> None:
    """Wait until every print of the page has been drawn."""
    page.wait_for_selector(".wb-pane")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.wb-pane')].every(pane => pane.dataset.ready)"
    )


def print_of(page: Page, side: str) -> npt.NDArray[np.uint8]:
    """Return the picture of a pane as the service serves it, uint8 (h, w)."""
    address = page.locator(f".wb-pane[data-side={side}] [data-view]").get_attribute("data-image")
    answer = page.request.get(f"{page.url.partition('/workbench')[0]}{address}")
    assert answer.ok, answer.status
    return np.asarray(Image.open(io.BytesIO(answer.body())).convert("L"))


def is_blank(shown: Locator) -> bool:
    """Whether a part of a page shows one shade alone, and nothing to look at."""
    return bool(_pixels(shown).mean(axis=2).std() < _BLANK)


def minutiae_drawn(shown: Locator) -> int:
    """Return how many pixels of a part of a page have the colour of minutiae."""
    return int((_pixels(shown) == np.array(_MINUTIA)).all(axis=2).sum())


def _pixels(shown: Locator) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(shown.screenshot())).convert("RGB"))
