"""People are found by what is known of them, and no page makes anybody read an opaque id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from domain.access.access import Role
from matching.scorer import Scorer
from service.web.rendering import NAVIGATION
from tests.integration.applications.applying import applied_for
from tests.integration.looks.walking import ROLES, filled, person_of
from tests.integration.parity.routes import pages_of
from tests.integration.provenance.links import Linked, make_link
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office, Person
from tests.integration.web.test_requests import officer

_HEX = re.compile(r"\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b")
"""Digits alone are numbers of passports and the like."""
_LINK = re.compile(r'href="/workbench/([^"#]*)')
_ROLES = (Role.FORCE, Role.SUPERVISOR, Role.AUDITOR, Role.CASE_OFFICER)
_OTHERS = ("log", "static", "sign-out")
"""The log names its subjects by id."""
_MOST_PAGES = 60


@pytest.fixture(scope="module")
def linked(
    sqlite_template: Path, scorer: Scorer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, Linked]]:
    """Return an office with a link, an application, a restriction and an erasure."""
    directory = tmp_path_factory.mktemp("named")
    copy = directory / "identlink.db"
    copy.write_bytes(sqlite_template.read_bytes())
    for office in open_office(f"sqlite:///{copy}", scorer, directory):
        found = make_link(office.world)
        applied_for(office.world, "police-certificate")
        people = {
            one["record_id"]: one for one in (office.world.enrol(person) for person in (4, 5))
        }
        restricted, erased = (one["person_id"] for one in people.values())
        form = {"ground": "kept as evidence", "holder": "01", "reasons": "Needed as evidence."}
        sue = office.supervisor()
        assert sue.follow("restrictions", person=restricted, **form).status_code == 200
        asked = {"person": erased, "basis": "court order", "authority": "order-7"}
        assert sue.follow("erasures", **asked).status_code == 200
        yield office, found


def _person(office: Office, role: Role) -> Person:
    match role:
        case Role.FORCE:
            return office.force()
        case Role.SUPERVISOR:
            return office.supervisor()
        case Role.AUDITOR:
            return office.auditor()
    return officer(office)


def _pages_of(role: Role) -> list[str]:
    return [address for _, address in NAVIGATION[role]]


class _Visible(HTMLParser):
    """Collects the text that a page shows without anything being opened."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"details", "script", "style", "option", "code"}:
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag == self._hidden[-1]:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)


def _visible(page: str) -> str:
    reader = _Visible()
    reader.feed(page)
    return " ".join(reader.text)


@pytest.mark.parametrize("role", _ROLES)
def test_no_page_shows_an_opaque_id(linked: tuple[Office, Linked], role: Role) -> None:
    person, seen = _person(linked[0], role), set[str]()
    left = [address.removeprefix("/workbench/") for address in _pages_of(role)]
    shown: dict[str, list[str]] = {}

    while left and len(seen) < _MOST_PAGES:
        path = left.pop(0)
        if path in seen or path.split("/")[0].split("?")[0] in _OTHERS:
            continue
        seen.add(path)
        answer = person.get(path)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        left += _LINK.findall(answer.text)
        if found := _HEX.findall(_visible(answer.text)):
            shown[path] = found

    assert len(seen) > 8
    assert shown == {}


@pytest.mark.parametrize(
    "words", ["Surname1", "forename1 surname1", "Forename1 Surname1 12 March 1984"]
)
def test_a_person_is_found_by_what_is_known_of_them(
    linked: tuple[Office, Linked], words: str
) -> None:
    office, found = linked

    page = office.force().follow("find", words=words).text

    assert "Forename1 Surname1, born" in page
    assert f"/workbench/records/{found.record_id}" in page


def test_a_person_is_found_by_an_id_that_was_copied(linked: tuple[Office, Linked]) -> None:
    office, found = linked

    pages = [
        office.auditor().follow("find", words=one).text
        for one in (found.person_id, found.record_id)
    ]

    assert [page.count('class="wb-person"') for page in pages] == [1, 1]


def test_a_force_finds_people_of_its_own_records_alone(linked: tuple[Office, Linked]) -> None:
    page = linked[0].force("47").follow("find", words="Surname1").text

    assert "No one on record matches" in page


def test_a_restricted_person_is_not_found(linked: tuple[Office, Linked]) -> None:
    page = linked[0].auditor().follow("find", words="Forename4 Surname4").text

    assert "Forename4" not in _visible(page)


def test_examiners_find_nobody(linked: tuple[Office, Linked]) -> None:
    assert linked[0].examiner().get("find").status_code == 403


def test_whoever_is_found_is_looked_at(linked: tuple[Office, Linked]) -> None:
    office, found = linked
    sue = office.supervisor()

    sue.follow("find", words="Forename1 Surname1")
    page = sue.page(f"people/{found.person_id}/consultations")

    assert "supervision" in page


def test_a_form_names_the_person_that_was_chosen(linked: tuple[Office, Linked]) -> None:
    office, found = linked
    sue = office.supervisor()

    page = sue.page(f"restrictions?person={found.person_id}")
    bare = sue.follow("restrictions", ground="kept as evidence", holder="01", reasons="Evidence.")

    assert "<strong>Forename1 Surname1, born" in page
    assert "Find the person first" in bare.text


def test_lists_show_names(linked: tuple[Office, Linked]) -> None:
    office, _ = linked

    assert "Forename1 Surname1, born" in office.force().page("records")
    assert "Forename1 Surname1" in officer(office).page("requests")


def test_nothing_to_find_by_is_refused(linked: tuple[Office, Linked]) -> None:
    answer = linked[0].force().follow("find", words=" ")

    assert answer.status_code == 422
    assert "Enter a name" in answer.text


_DIGESTS = ("/workbench/log", "/workbench/conversion/lots/{lot_id}/certificate")
"""The log names its subjects by id; what a lot's certificate certifies are digests."""


@pytest.mark.dear("opens every page as every role, in an office with one item of every kind")
def test_no_page_of_any_role_shows_an_opaque_id(worked: tuple[Office, dict[str, str]]) -> None:
    office, ids = worked
    shown: dict[str, set[str]] = {}
    opened = set[str]()

    for page in pages_of(office.app):
        method, route = page.operation.split()
        if method != "GET" or route.startswith(_DIGESTS) or ":path}" in route:
            continue
        for name, role in ROLES.items():
            if role not in page.roles:
                continue
            answer = person_of(office, name, role).client.get(filled(route, ids))
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            if answer.status_code == 200:
                opened.add(route)
            if found := _HEX.findall(_visible(answer.text)):
                shown.setdefault(f"{role.value} {route}", set()).update(found)

    assert len(opened) > 50
    assert shown == {}
