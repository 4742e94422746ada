"""Drives the pages from outside: users sign in, submit forms, and read the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from domain.access.access import Caller, Role
from domain.ids import ForceCode, UserId
from service.usecases.access.accounts import AddAccount, add_account
from service.usecases.workbench import ROLE_PURPOSES, Workbench
from tests.integration.api.driver import ROOT, World
from tests.points import pairs_sent

PASSWORD = "a long pass phrase of tests"  # noqa: S105 - of accounts that live a test long

FAST_HASHES = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Argon2 at its cheapest: its cost is not under test."""

_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(slots=True)
class Person:
    """A signed-in user at a browser."""

    client: TestClient
    user_id: UserId
    csrf: str = ""

    def caller(self, office: Office) -> Caller:
        """Return this person as the use cases know them."""
        with office.bench.services.units.read() as unit:
            account = unit.accounts.get(self.user_id)
        assert account is not None
        return Caller(account.actor, ROLE_PURPOSES[account.role])

    def moved_to(self, app: FastAPI) -> Person:
        """Return this person at a browser of an application over a copy of the store."""
        client = browser(app)
        client.cookies.update(self.client.cookies)
        return replace(self, client=client)

    def get(self, path: str) -> Response:
        return self.client.get(f"/workbench/{path}")

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text[-500:])
        return answer.text

    def post(self, path: str, files: Any = None, **fields: str) -> Response:
        data = {"csrf": self.csrf, **fields}
        return self.client.post(f"/workbench/{path}", data=data, files=files)

    def follow(self, path: str, to: str | None = None, **fields: str) -> Response:
        """Fill in the form of a page and send it, hidden fields included."""
        hidden = hidden_fields(self.page(path))
        return self.client.post(f"/workbench/{to or path}", data={**hidden, **fields})

    def examine(self, case_id: str, *, identify: set[str]) -> Response:
        """Work a case from claim to decision, identifying the exemplars of these labels."""
        assert self.post(f"cases/{case_id}/claim").status_code == 200
        self.follow(f"cases/{case_id}/analysis", value="yes", notes="Clear ridges.")
        return self.examine_from(case_id, identify=identify)

    def examine_from(self, case_id: str, *, identify: set[str]) -> Response:
        """Continue a case from its first exemplar."""
        at = f"cases/{case_id}"
        found = ""
        while (answer := self.get(at)).url.path.endswith("/comparison"):
            label = label_of(answer.text)
            outcome = "identified" if label in identify else "excluded"
            found = label if label in identify else found
            seen = self.look(answer.text)
            named = {**seen, **points_in(seen)} if label in identify else {}
            fields = {"outcome": outcome, "reason": "Seen side by side.", **named}
            sealed = self.post(f"{at}/comparison", **{**hidden_fields(answer.text), **fields})
            assert sealed.status_code == 200, refusal_in(sealed.text)
            if found:
                break
        finding = f"identified:{found}" if found else "excluded"
        return self.follow(f"{at}/decision", finding=finding, reason="All points considered.")

    def look(self, comparison: str) -> dict[str, str]:
        """Open the two prints of a page of comparison, and return the box of the finger."""
        for address in re.findall(r'data-(?:image|minutiae)="([^"]+)"', comparison):
            assert self.client.get(address).status_code == 200
        (position, *_) = re.findall(r'data-position="(\d+)"', comparison)
        return {f"finger-{position}": "yes"}


@dataclass(slots=True)
class Office:
    """The application with its accounts; each user has their own browser."""

    app: FastAPI
    world: World
    bench: Workbench
    _people: dict[str, Person] = field(default_factory=dict)

    def account(self, name: str, role: Role, *, force: str | None = None) -> UserId:
        command = AddAccount(ROOT, name, PASSWORD, role, ForceCode(force) if force else None)
        return add_account(self.bench, command)

    def examiner(self, name: str = "examiner-a") -> Person:
        return self.person(name, Role.EXAMINER)

    def supervisor(self) -> Person:
        return self.person("supervisor-a", Role.SUPERVISOR)

    def auditor(self) -> Person:
        return self.person("auditor-a", Role.AUDITOR)

    def force(self, code: str = "01") -> Person:
        return self.person(f"custody-{code}", Role.FORCE, force=code)

    def person(self, name: str, role: Role, *, force: str | None = None) -> Person:
        """Return a signed-in user; the same name gives the same person."""
        if name not in self._people:
            user_id = self.account(name, role, force=force)
            self._people[name] = Person(browser(self.app), user_id)
            sign_in(self._people[name], name)
        return self._people[name]

    def rejoin(self, other: Office) -> None:
        """Know the people of another office, of whose store this one has a copy, signed in."""
        self.world.rejoin(other.world)
        for name, person in other._people.items():
            self._people[name] = person.moved_to(self.app)

    def user_ids(self) -> dict[str, str]:
        """Return the opaque ids of the people, by their names."""
        return {name: str(person.user_id) for name, person in self._people.items()}

    def true_labels(self, case_id: str, person: Person, person_id: str) -> set[str]:
        """Return the labels under which an examiner sees this person, once the case is claimed."""
        return self.world.true_labels(case_id, person.user_id, person_id)

    def examine(self, case_id: str, person: Person, *, person_id: str) -> Response:
        """Let an examiner identify this person in a case."""
        assert person.post(f"cases/{case_id}/claim").status_code == 200
        return person.examine(case_id, identify=self.true_labels(case_id, person, person_id))


def browser(app: FastAPI, *, host: str = "http://localhost") -> TestClient:
    """Return a fresh browser: no cookies yet."""
    return TestClient(app, base_url=host, raise_server_exceptions=False)


def sign_in(person: Person, name: str, *, password: str = PASSWORD) -> Response:
    """Sign in through the form and remember the CSRF token of the pages."""
    answer = send_sign_in(person.client, name, password)
    token = re.search(r'name="csrf" value="(\w+)"', answer.text)
    person.csrf = token.group(1) if token else ""
    return answer


def send_sign_in(client: TestClient, name: str, password: str) -> Response:
    """Open the form and send it."""
    form = client.get("/workbench/sign-in").text
    hidden = hidden_fields(form)
    return client.post("/workbench/sign-in", data={**hidden, "name": name, "password": password})


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms; of one name the last."""
    return {name: unescape(value) for name, value in _FIELD.findall(page)}


def label_of(page: str) -> str:
    """Return the label of the exemplar that a comparison page shows."""
    found = re.search(r'name="label" value="(\w+)"', page)
    assert found is not None
    return found.group(1)


def with_fast_hashes(app: FastAPI) -> Workbench:
    """Let the pages of an application hash passwords cheaply, and return their services."""
    bench: Workbench = replace(app.state.workbench, passwords=FAST_HASHES)
    app.state.workbench = bench
    return bench


@contextmanager
def running(app: FastAPI) -> Iterator[TestClient]:
    """Run the application's start and shutdown around a client of the API."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def points_in(fingers: dict[str, str]) -> dict[str, str]:
    """Return the field of as many pairs of points in a finger as a mark needs."""
    (box,) = fingers
    pairs = pairs_sent(int(box.removeprefix("finger-")))
    return {"points": json.dumps([list(pair.values()) for pair in pairs])}


def refusal_in(page: str) -> str:
    """Return the words of the box of errors of a page, else its end."""
    found = re.search(r"There is a problem.*?</ul>|wb-refused.*?</p>", page, re.DOTALL)
    return found[0] if found else page[-600:]
