"""Users with a browser each: their pages, and the errors these report."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.e2e.site import Site
from tests.integration.web.driver import PASSWORD

WIDTH_PX, HEIGHT_PX = 1366, 768
"""The screen of an ordinary office laptop."""

PATIENCE_MS = 120_000
"""How long a page may take: a busy host is slow, not wrong. One that hangs fails later."""

_AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
_AT_HAND = f"void (window.loadAxe = () => {{ {_AXE} }});"
"""Left uncalled in most documents, which costs nothing; a browser compiles it once for all."""
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_VIOLATIONS = """async only => {
    window.axe || window.loadAxe();
    // What passes fills nearly all of a full answer.
    const found = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
    return found.violations.map(({id, help, nodes}) => (
        {rule: id, help, at: nodes.slice(0, 3).map(node => node.html.slice(0, 160))}
    ));
}"""


@dataclass(slots=True)
class Desk:
    """One person's page."""

    page: Page
    site: Site
    screenshots: Path | None
    """Where pictures of pages are written for inspection; None: nobody will look at them."""

    def go(self, path: str) -> None:
        """Open a page of the workbench."""
        self.page.goto(f"{self.site.address}/workbench/{path}")

    def sign_in(self, name: str) -> None:
        """Sign in through the form."""
        self.go("sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_url(lambda address: "/sign-in" not in address)

    def follow(self, selector: str) -> None:
        """Click a link to another page, and wait until that page is loaded."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type into the focused element."""
        self.page.keyboard.type(text)

    def tab_to(self, selector: str, *, most: int = 80) -> None:
        """Press Tab until the first element of a selector has the focus."""
        for _ in range(most):
            if self.page.evaluate(
                "selector => document.activeElement?.matches(selector)", selector
            ):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {selector}")

    def wait_for_prints(self) -> None:
        """Wait until every print of the page has been drawn."""
        self.page.wait_for_selector(".wb-pane")
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('.wb-pane')].every(p => p.dataset.ready)"
        )

    def shoot(self, name: str) -> None:
        """Write a screenshot of the window for inspection, as JPEG: PNG takes twice as long."""
        if self.screenshots is not None:
            self.page.screenshot(path=self.screenshots / f"{name}.jpg")

    def violations(self, *rules: str) -> list[dict[str, Any]]:
        """Return axe-core's violations in short form: of all of WCAG 2.2 AA, or of some rules."""
        # Given by the debugger: the content security policy forbids it to a page.
        if not self.page.evaluate("() => 'loadAxe' in window"):
            self.page.add_init_script(_AT_HAND)
            self.page.evaluate(_AT_HAND)
        by = {"type": "rule" if rules else "tag", "values": rules or _RULES}
        found: list[dict[str, Any]] = self.page.evaluate(_VIOLATIONS, by)
        return found

    def check(self, name: str) -> None:
        """Take a screenshot of the page and demand that it is accessible, in dark colours too."""
        self.shoot(name)
        found = self.violations()
        self.page.emulate_media(color_scheme="dark")
        found += self.violations("color-contrast")
        self.page.emulate_media(color_scheme="light")
        assert found == [], json.dumps(found, indent=1)


@dataclass(slots=True)
class Desks:
    """All browsers of one test."""

    browser: Browser
    site: Site
    screenshots: Path | None
    complaints: list[str] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)
    """Other hosts that a test lets its users visit."""
    _contexts: list[BrowserContext] = field(default_factory=list)

    def stranger(self, *, scripts: bool = True) -> Desk:
        """Return a user who has not signed in."""
        context = self.browser.new_context(
            viewport={"width": WIDTH_PX, "height": HEIGHT_PX},
            java_script_enabled=scripts,
            accept_downloads=False,
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        page = context.new_page()
        # Playwright sets an attribute on the owner of a bound method, which slots refuse.
        page.on("console", lambda message: self._console(message))  # noqa: PLW0108
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", lambda request: self._request(request))  # noqa: PLW0108
        return Desk(page, self.site, self.screenshots)

    def sit_down(self, name: str, *, scripts: bool = True) -> Desk:
        """Return a signed-in user."""
        desk = self.stranger(scripts=scripts)
        desk.sign_in(name)
        return desk

    def close(self) -> None:
        """Close every browser window."""
        for context in self._contexts:
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 4xx on purpose is logged by the browser as a failed load.
        is_refusal = "Failed to load resource" in message.text and "status of 4" in message.text
        if message.type in {"error", "warning"} and not is_refusal:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"data", "blob"}:
            return
        if f"{parts.scheme}://{parts.netloc}" not in {self.site.address, *self.elsewhere}:
            self.complaints.append(f"request to another host: {parts.netloc}")
