"""The demo's accounts, one for each role, and its guided tour: a few steps for each role.

A test follows the steps in a browser: the words to click and the headings are those of the pages.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from domain.access.access import ROLES_OF_FORCES, Purpose, Role
from domain.ids import ForceCode, UserId
from service.bootstrap.runtime import Runtime
from service.cli.context import CONSOLE
from service.demo.calls import DEMO_FORCE, ApiCaller
from service.demo.stage import Stage
from service.usecases.access.accounts import AddAccount, add_account, change_password
from service.usecases.workbench import SignInPolicy, Workbench
from service.web.mounting import build_workbench
from service.web.page_route import HEADERS
from service.web.rendering import render

OFFICE = ForceCode("89")
_OFFICERS = ("case-officer:one", "case-officer:two")


@dataclass(frozen=True, slots=True)
class Work:
    """One request on which a case officer works."""

    officer: ApiCaller
    request_id: str

    @property
    def path(self) -> str:
        """The address of the request."""
        return f"/v1/requests/{self.request_id}"

    def read(self) -> Any:
        """Return the request in its current state."""
        return self.officer.get(self.path)

    def post(self, path: str, **body: Any) -> Any:
        """Take a step on the request in its current version."""
        expected = self.read()["version"]
        return self.officer.post(f"{self.path}/{path}", {**body, "expected_version": expected})


@contextmanager
def two_officers(stage: Stage) -> Iterator[tuple[ApiCaller, ApiCaller]]:
    """Open a connection for each of two case officers, and close both afterwards."""
    role, purpose = Role.CASE_OFFICER, Purpose.INTERNATIONAL_EXCHANGE
    one, other = (stage.caller(name, role, purpose, OFFICE) for name in _OFFICERS)
    with one as first, other as second:
        yield first, second


SIGN_INS: tuple[tuple[str, Role], ...] = (
    ("custody-a", Role.FORCE),
    ("examiner-a", Role.EXAMINER),
    ("examiner-b", Role.EXAMINER),
    ("supervisor-a", Role.SUPERVISOR),
    ("auditor-a", Role.AUDITOR),
    ("administrator-a", Role.ADMINISTRATOR),
    ("officer-a", Role.CASE_OFFICER),
    ("agency-a", Role.AGENCY),
    ("keyer-a", Role.KEYER),
    ("reconciler-a", Role.RECONCILER),
    ("sampler-a", Role.SAMPLER),
    ("referral-body-a", Role.REFERRAL_BODY),
)
"""Every role except that of the public pages, which are a system without an account."""

_PASSWORD_CHARACTERS = 16
"""The length of a password: 16 of 64 different characters are 96 random bits."""


def renew_sign_ins(runtime: Runtime) -> str:
    """Add the demo's accounts, or change their password; return it, the same for all."""
    password = runtime.services.surroundings.new_secret()[:_PASSWORD_CHARACTERS]
    bench = build_workbench(runtime.services, sign_in_policy=SignInPolicy(is_trial=True))
    for name, role in SIGN_INS:
        _renew(bench, name, role, password)
    return password


def user_of(runtime: Runtime, name: str) -> UserId:
    """Return the opaque id of an account of the demo."""
    with runtime.services.units.read() as unit:
        account = unit.accounts.by_name(name)
    if account is None:
        raise LookupError(name)
    return account.user_id


def _renew(bench: Workbench, name: str, role: Role, password: str) -> None:
    with bench.services.units.read() as unit:
        account = unit.accounts.by_name(name)
    if account is not None:
        change_password(bench, CONSOLE, account.user_id, password)
        return
    force = None
    if role in ROLES_OF_FORCES:
        force = DEMO_FORCE if role is Role.FORCE else OFFICE
    add_account(bench, AddAccount(CONSOLE, name, password, role, force))


_AGENCY = "DEMO-AGENCY"
AGREED: dict[str, Any] = {
    "legal_status": "competent authority",
    "purposes": ["criminal proceedings"],
    "reach": "unspent convictions",
    "starts_on": "2020-01-01",
    "review_on": "2099-01-01",
    "contacts": [{"name": "Ann Other", "email": "ann@agency.example"}],
}
"""What the agencies of the demo agreed."""


def agree_with_agency(stage: Stage) -> None:
    """Record the agreement once, and let the demo's account act for the agency."""
    with two_officers(stage) as (officer, _):
        known = officer.get("/v1/agreements")["agreements"]
        if _AGENCY in {one["agency"] for one in known}:
            return
        named = {"agency": _AGENCY, "name": "Agency of the demo"}
        officer.post("/v1/agreements", named | AGREED)
        member = {"user": user_of(stage.runtime, "agency-a")}
        officer.post(f"/v1/agreements/{_AGENCY}/members", member)


REFUSED = "This role is not allowed to do that"
"""Heading of the page for a step that the role is not permitted to take."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a tour."""

    clicks: Sequence[str]
    """Labels of links, buttons and choices, to click in this order."""
    heading: str
    """The beginning of the heading on the page that these clicks lead to."""
    notice: str
    at: str = ""
    """Page on which the step begins; if empty, it begins where the last step ended."""


def _of_those_who_wait(heading: str, own: str, notice: str) -> tuple[Step, ...]:
    """Return the steps of a role that has work only after others have begun it."""
    return (
        Step((), heading, notice, own),
        Step((), REFUSED, "Only examiners see cases: each role has its own pages.", "queue"),
    )


_ROLL = (
    "The rolls of film that are being converted. "
    "Start the demo with `identlink demo --old-records` to see one that is finished."
)


@cache
def steps() -> dict[Role, tuple[Step, ...]]:
    """Return the steps of each role, those of `tour.json` first."""
    told = json.loads(Path(__file__).with_name("tour.json").read_text("utf-8"))
    converters = (Role.KEYER, Role.RECONCILER, Role.SAMPLER)
    referrals = "Applications for work with children wait here for your answer. None waits now."
    return {
        **{Role(name): tuple(Step(*one) for one in some) for name, some in told.items()},
        **{one: _of_those_who_wait("Old records", "conversion", _ROLL) for one in converters},
        Role.REFERRAL_BODY: _of_those_who_wait("Referrals", "referrals", referrals),
    }


PATH = "/demo/tour"


def tour_page() -> APIRouter:
    """Return the tour page: the steps of each role, with the sign-in name for the role."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    def show_tour(request: Request) -> Response:
        names: dict[str, str] = {}
        for name, role in SIGN_INS:
            names.setdefault(role.value, name)
        tours = [(names[role.value], role.value, some) for role, some in steps().items()]
        answer = render(request, "tour.html", {"tours": tours})
        answer.headers.update(HEADERS)
        return answer

    return router
