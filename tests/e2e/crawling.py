"""Follows the links of pages breadth-first, and opens each new state of a page in a browser."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from tests.e2e.desks import Desk

MOST_OF_A_ROUTE = 40
"""Addresses of one route that are fetched: later ones show the same page with other content."""
MOST_STATES = 4
"""States of one route that are opened in the browser."""

_LINK = re.compile(r'(?:(?:href|src)="|data-[a-z-]+="(?=/))([^"]*)"')
_FORM = re.compile(r'<form\b[^>]*action="([^"?]*)')
_CAPTION = re.compile(r"<(?:caption|legend)\b[^>]*>\s*([^<]*)")
_ID = re.compile(r"[0-9a-f]{32}|\d+")

State = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of a site: a route is an address without its ids."""

    templates: tuple[str, ...]

    def of(self, path: str) -> str | None:
        """Return the route that answers at a path; those without ids come first."""
        ordered = sorted(self.templates, key=lambda one: (one.count("{"), -len(one)))
        return next((one for one in ordered if _pattern(one).fullmatch(path)), None)


@dataclass(slots=True)
class Crawl:
    """One visitor's way through the site."""

    desk: Desk
    routes: Routes
    states: dict[str, set[State]] = field(default_factory=dict)
    """The states of each route that were opened in the browser."""
    reached: set[str] = field(default_factory=set)
    """Every route that a link led to, files included."""
    broken: dict[str, int] = field(default_factory=dict)
    """Links that a page showed to this visitor and that did not lead to a page."""
    _fetched: Counter[str] = field(default_factory=Counter)

    def walk(self, start: str) -> Iterator[str]:
        """Yield each new state of a page while it is open in the browser."""
        waiting, known = deque([start]), {start}
        while waiting:
            address = waiting.popleft()
            route = self.routes.of(urlsplit(address).path)
            if route is None or self._fetched[route] >= MOST_OF_A_ROUTE:
                continue
            self._fetched[route] += 1
            address, text = self._fetch(address)
            route = self.routes.of(urlsplit(address).path) or route
            further = [one for one in links_of(text, address) if one not in known]
            known.update(further)
            waiting.extend(further)
            if text and self._is_new(route, state_of(text)):
                self.desk.page.goto(f"{self.desk.site.address}{address}")
                yield route

    def _fetch(self, address: str) -> tuple[str, str]:
        """Return the address that an address leads to, and its text; none of a file."""
        answer = self.desk.page.context.request.get(f"{self.desk.site.address}{address}")
        if not answer.ok:
            self.broken[address] = answer.status
            return address, ""
        led_to = answer.url.removeprefix(self.desk.site.address)
        self.reached |= {self.routes.of(urlsplit(one).path) or one for one in (address, led_to)}
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        return led_to, answer.text() if is_page else ""

    def _is_new(self, route: str, state: State) -> bool:
        known = self.states.setdefault(route, set())
        if state in known or len(known) >= MOST_STATES:
            return False
        known.add(state)
        return True


def links_of(text: str, address: str) -> list[str]:
    """Return what a page links to on its own site, in the order of the page."""
    whole = (urljoin(address, unescape(one)) for one in _LINK.findall(text))
    return [one.partition("#")[0] for one in whole if one.startswith("/")]


def state_of(text: str) -> State:
    """Return what tells states of a page apart: its forms, its tables and its questions."""
    forms = frozenset(_ID.sub("*", one) for one in _FORM.findall(text))
    return forms, frozenset(_ID.sub("*", one.strip()) for one in _CAPTION.findall(text))


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+(?::path)?\})", template)
    return re.compile("".join("[^/]+" if one.startswith("{") else re.escape(one) for one in parts))
