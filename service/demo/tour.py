"""The guided tour of the demo: five steps for each role, as a page that only the demo has.

A test follows them in a browser: the words of a click and the heading are those of the page.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from domain.access import Role
from service.demo.accounts import SIGN_INS
from service.web.page_route import HEADERS
from service.web.rendering import render

REFUSED = "This role may not do that"
"""Heading of the step that meets a wall."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a tour."""

    clicks: tuple[str, ...]
    """Words of links, buttons and choices, clicked in this order."""
    heading: str
    """How the heading of the page begins where they lead."""
    notice: str
    at: str = ""
    """Page of the workbench where the step begins; empty: where the last step ended."""


def _of_those_who_wait(heading: str, own: str, notice: str) -> tuple[Step, ...]:
    """Return the steps of a role that has work once others have begun it."""
    return (
        Step((), heading, notice, own),
        Step((), REFUSED, "Cases are an examiner's: each role has its own pages.", "queue"),
        Step(("Tokens",), "Tokens in your name", "A program may speak in your name.", own),
        Step(("Second factor",), "Second factor", "A security key, or an authenticator."),
        Step(("Sign out",), "Sign in to the workbench", "Nothing stays open behind you."),
    )


_ROLL = "A roll that `identlink demo --old-records` has converted is listed here."

STEPS: dict[Role, tuple[Step, ...]] = {
    Role.FORCE: (
        Step((), "Searches", "Some wait for examiners. No score and no candidate.", "searches"),
        Step(("New search",), "New search", "Prints come as a file; details are optional."),
        Step(("Links",), "Links", "A link names the force that holds the record."),
        Step(("Records",), "Records", "Each record of your force has versions."),
        Step(("Names enquiry",), "Names enquiry", "A name finds candidates, never a link."),
    ),
    Role.EXAMINER: (
        Step((), "Queue", "Tasks have no names; a verification looks like any other.", "queue"),
        Step(("Take the next case",), "Analysis", "The probe alone: no score, rank or details."),
        Step(("Of value", "Seal the analysis"), "Comparison", "One exemplar, a neutral label."),
        Step(("Excluded",), "Comparison", "Phrases of reasons are offered, to be edited."),
        Step(("Queue",), "Queue", "The case is yours until you decide or release it."),
    ),
    Role.SUPERVISOR: (
        Step((), "Overview", "Open work and its target times, without scores.", "overview"),
        Step(("Links",), "Links", "A link stands, or was revoked with a reason."),
        Step(("Erasures",), "Erasures", "One supervisor asks, another confirms."),
        Step(("Retention",), "Retention", "A purge is a plan first."),
        Step(("Statistics",), "Statistics", "The two kinds of work are never mixed."),
    ),
    Role.AUDITOR: (
        Step((), "Log", "Changes and looks. No entry holds a name.", "log"),
        Step(("Links",), "Links", "Each leads to the decisions that it rests on."),
        Step(("Records",), "Records", "Your reading of a record is an entry too."),
        Step(("Log",), "Log", "Your own looks are at the top."),
        Step(("Agencies",), "Agencies", "Who may ask for what, in versions."),
    ),
    Role.ADMINISTRATOR: (
        Step((), "Statistics", "Figures alone: no case and no record.", "statistics"),
        Step(("Watch",), "Watch on the law", "It warns when prints leave the model behind."),
        Step(("Publication",), "Released figures", "A quarter is released once."),
        Step(("Exchange",), "Exchange with other countries", "What was told, and what was not."),
        Step(("Tokens",), "Tokens in your name", "Accounts: `identlink account add`."),
    ),
    Role.CASE_OFFICER: (
        Step((), "Requests", "They stand by the day on which they are due.", "requests"),
        Step(("Open a request",), "Open a request", "The kind sets clock and legal bases."),
        Step(("Agencies",), "Agencies", "An agreement has purposes, reach and a day of review."),
        Step(("Reviews",), "Retention reviews", "Where no rule decides, two people do."),
        Step(("Requests to countries",), "Requests to other countries", "Each names its basis."),
    ),
    Role.AGENCY: (
        Step((), "Requests of", "The agreement says what may be asked.", "agency"),
        Step(("Ask",), "Requests of", "Each missing field is named; nothing is stored."),
        Step(("Tokens",), "Tokens in your name", "A program asks by `/v1/agency/requests`."),
        Step(("Second factor",), "Second factor", "It belongs to the account."),
        Step(("Requests",), "Requests of", "The office's answers come here."),
    ),
    Role.KEYER: _of_those_who_wait("Old records", "conversion", _ROLL),
    Role.RECONCILER: _of_those_who_wait("Old records", "conversion", _ROLL),
    Role.SAMPLER: _of_those_who_wait("Old records", "conversion", _ROLL),
    Role.REFERRAL_BODY: _of_those_who_wait(
        "Referrals", "referrals", "Applications for work with children wait here for your answer."
    ),
}
"""Five steps for each role that signs in."""


PATH = "/demo/tour"


def tour_page() -> APIRouter:
    """Return the page: the steps of each role, with the name that signs in for it."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    def show_tour(request: Request) -> Response:
        names: dict[str, str] = {}
        for name, role in SIGN_INS:
            names.setdefault(role.value, name)
        tours = [(names[role.value], role.value, steps) for role, steps in STEPS.items()]
        answer = render(request, "tour.html", {"tours": tours})
        answer.headers.update(HEADERS)
        return answer

    return router
