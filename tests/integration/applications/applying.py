"""Applicants over the API, and a kind with its form that exists in tests alone."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from httpx2 import Response
from PIL import Image

from domain.access.access import Role
from domain.applications.declarations import (
    ApplicationForm,
    DocumentUse,
    Page,
    Question,
    QuestionKind,
    Slot,
)
from domain.applications.forms import (
    BIRTH,
    FORMS,
    NAME,
    NATIONALITIES,
)
from domain.requests.releasing import Destination, HeldConviction
from domain.requests.requests import IdentityBasis, PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Assessed, Ground, Kind, Objection
from service.usecases.requests.kinds import KINDS
from tests.integration.api.driver import World
from tests.integration.api.prints import record

NAME_OF_KIND = "library-ticket"


def _may_ask(request: Request) -> None:
    assert request.ask is not None


def _compute(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:
    return tuple(Assessed(one) for one in held)


def _gives(item: Assessed, destination: Destination) -> Objection | None:
    return None


KIND = Kind(
    name=NAME_OF_KIND,
    title="A ticket of the library",
    may_ask=_may_ask,
    compute=_compute,
    gives=_gives,
    askers=frozenset({PartyKind.PERSON}),
    purposes=frozenset({UsePurpose.OWN_REQUEST}),
    bases=frozenset({IdentityBasis.DETAILS, IdentityBasis.DOCUMENTS}),
    deciders=2,
    clock="subject-access",
    grounds=(Ground("closed", "The library is closed"),),
)
FORM = ApplicationForm(
    kind=NAME_OF_KIND,
    purpose=UsePurpose.OWN_REQUEST,
    pages=(
        *(NAME, BIRTH, NATIONALITIES),
        Page("shelf", (Question("shelf", QuestionKind.CHOICE, choices=("maps", "novels")),)),
    ),
    slots=(
        Slot("portrait", DocumentUse.PORTRAIT),
        Slot("passport", DocumentUse.PAPER, is_needed=False),
    ),
)


@contextmanager
def offered() -> Iterator[None]:
    """Register the kind and its form for a while."""
    KINDS[NAME_OF_KIND], FORMS[NAME_OF_KIND] = KIND, FORM
    try:
        yield
    finally:
        del KINDS[NAME_OF_KIND], FORMS[NAME_OF_KIND]


def photograph(width_px: int = 400, height_px: int = 500, kind: str = "JPEG") -> bytes:
    """Return a picture of nobody."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width_px, height_px)).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def pages(person: int = 1) -> dict[str, dict[str, list[str]]]:
    """Return the pages of the form as this person types them."""
    return {
        "name": {"forename": [f"Forename{person}"], "surname": [f"Surname{person}"]},
        "birth": {
            "birth-day-day": ["12"],
            "birth-day-month": ["3"],
            "birth-day-year": ["1984"],
            "birth-place": ["Exeter"],
        },
        "nationalities": {"nationalities": ["GBR", "FRA"]},
        "shelf": {"shelf": ["maps"]},
    }


@dataclass(slots=True)
class Applicant:
    """One applicant, through the system of the public's pages."""

    world: World
    reference: str
    code: str

    @property
    def headers(self) -> dict[str, str]:
        return carrier(self.world) | {
            "X-Application-Reference": self.reference,
            "X-Application-Code": self.code,
        }

    def get(self, path: str = "") -> Response:
        return self.world.client.get(f"/v1/application{path}", headers=self.headers)

    def read(self) -> dict[str, Any]:
        answer = self.get()
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def post(self, path: str, body: Any = None) -> Response:
        at = f"/v1/application/{path}"
        return self.world.client.post(at, json=body, headers=self.headers)

    def save(self, page: str, typed: dict[str, list[str]]) -> Response:
        body = {"page": page, "expected_version": self.read()["version"], "typed": typed}
        return self.post("pages", body)

    def upload(self, slot: str, data: bytes) -> Response:
        content = base64.b64encode(data).decode()
        return self.post("documents", {"slot": slot, "content": content})

    def fill(self, person: int = 1) -> None:
        for page, typed in pages(person).items():
            answer = self.save(page, typed)
            assert answer.status_code == 200, answer.text
        answer = self.upload("portrait", photograph())
        assert answer.status_code == 201, answer.text

    def submit(self) -> dict[str, Any]:
        answer = self.post("submission")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def carrier(world: World) -> dict[str, str]:
    """Return the headers of the system of the public's pages."""
    return world.user(Role.PUBLIC_PAGES, "public-pages", force="89").headers


def started(world: World, kind: str = NAME_OF_KIND) -> Applicant:
    """Begin a form and return its applicant."""
    answer = world.client.post("/v1/applications", json={"kind": kind}, headers=carrier(world))
    assert answer.status_code == 201, answer.text
    return Applicant(world, **answer.json())


def sent(world: World, person: int = 1) -> Applicant:
    """Fill a form in and send it."""
    applicant = started(world)
    applicant.fill(person)
    applicant.submit()
    return applicant


TYPED = {
    "previous-names": {"previous-names": [""]},
    "address": {
        "address-line": ["1 High Street"],
        "address-town": ["Exeter"],
        "address-country": ["United Kingdom"],
    },
    "passport": {"passport-number": ["925076473"]},
    "countries": {"countries": ["FRA"]},
    "organisation": {
        "organisation": ["Harbour School"],
        "organisation-address": ["Lyon, France"],
        "role": ["Teacher"],
    },
    "previous-addresses": {"previous-addresses": [""]},
    "wanted": {"wanted": [""]},
    "contact": {"contact-email": ["me@applicant.example"]},
    "representative": {"representative": [""]},
}
"""Pages of the office's own forms beside those of `pages`."""


def _birth(person: int) -> dict[str, list[str]]:
    """Return the birth that the record of this person has."""
    held = record(person)
    year, month, day = held["dates_of_birth"][0].split("-")
    parts = {"day": day, "month": month, "year": year}
    typed = {f"birth-day-{name}": [value] for name, value in parts.items()}
    return {**typed, "birth-place": [held["place_of_birth"]]}


def applied_for(
    world: World, kind: str, person: int = 1, name: dict[str, list[str]] | None = None
) -> Applicant:
    """Fill in a form of the office for a person whom `World.enrol` may know, and send it.

    Under a `name` of their own nobody on record is like them.
    """
    applicant, form = started(world, kind), FORMS[kind]
    for page in form.pages:
        typed = {**pages(person), **TYPED}[page.name]
        if page.name == "name" and name is not None:
            typed = name
        if page.name == "birth" and name is None:
            typed = _birth(person)
        answer = applicant.save(page.name, typed)
        assert answer.status_code == 200, answer.text
    for slot in form.slots:
        if slot.is_needed:
            answer = applicant.upload(slot.name, photograph())
            assert answer.status_code == 201, answer.text
    applicant.submit()
    return applicant
