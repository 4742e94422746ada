"""The forms of all pages, filled in as they stand in a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from tests.integration.looks.walking import ROLES, filled, person_of
from tests.integration.parity.routes import pages_of
from tests.integration.web.driver import Office, Person

NONSENSE = "Zwölf Boxkämpfer jagen Viktor"


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as somebody is about to send it."""

    route: str
    address: str
    page: str
    """Where it stands; empty where no page has it."""
    person: Person
    name: str
    fields: dict[str, str]
    typed: frozenset[str]


class _Form(HTMLParser):
    """Collects the fields of the form that is sent to an address."""

    def __init__(self, action: str, words: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.typed: set[str] = set()
        self._action = action
        self._words = words
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = given.get("action", self._action) == self._action
        name, kind = given.get("name", ""), given.get("type", "text")
        if not self._is_inside or not name or tag not in {"input", "textarea"}:
            return
        if kind == "hidden":
            self.fields[name] = given.get("value", "")
        elif given.get("autocomplete") == "one-time-code":
            self.fields[name] = "123456"
        elif tag == "textarea" or kind in {"text", "search"}:
            self.fields[name] = self._words
            self.typed.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False


def filled_forms(office: Office, ids: dict[str, str]) -> Iterator[Filled]:
    """Yield every form, its fields of text filled in with words of its own."""
    for number, page in enumerate(pages_of(office.app)):
        method, route = page.operation.split()
        if method != "POST" or "sign-out" in route:
            continue
        names = [name for name, role in ROLES.items() if role in page.roles] or ["examiner-a"]
        person, address = person_of(office, names[0], ROLES[names[0]]), filled(route, ids)
        form, at = _Form(address, f"{NONSENSE} {number}"), address
        while at.startswith("/workbench/"):
            answer = person.client.get(at)
            if answer.status_code == 200:
                form.feed(answer.text)
                break
            at = at.rpartition("/")[0]
        fields = {"csrf": person.csrf, **form.fields}
        yield Filled(route, address, at, person, names[0], fields, frozenset(form.typed))
