"""The demo's guided tour: five steps for each role, on a page that only the demo has.

A test follows the steps in a browser: the words to click and the headings are those of the pages.
"""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from domain.access.access import Role
from service.demo.accounts import SIGN_INS
from service.web.page_route import HEADERS
from service.web.rendering import render

REFUSED = "This role is not allowed to do that"
"""Heading of the page for a step that the role is not permitted to take."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a tour."""

    clicks: tuple[str, ...]
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
        Step((), REFUSED, "Cases are an examiner's: each role has its own pages.", "queue"),
        Step(("Tokens",), "Tokens in your name", "A program may act in your name.", own),
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
        Step(("Take the next case",), "Analysis", "Only the probe: no score, rank or details."),
        Step(("Of value", "Seal the analysis"), "Comparison", "One exemplar, a neutral label."),
        Step(
            ("Excluded",),
            "Comparison",
            "Standard phrases are offered for the reason, for you to edit.",
        ),
        Step(("Queue",), "Queue", "The case is yours until you decide or release it."),
    ),
    Role.SUPERVISOR: (
        Step((), "Overview", "Open work and its target times, without scores.", "overview"),
        Step(("Links",), "Links", "A link is in force, or was revoked with a reason."),
        Step(("Erasures",), "Erasures", "One supervisor requests it, another confirms it."),
        Step(("Retention",), "Retention", "A purge always begins as a plan."),
        Step(("Statistics",), "Statistics", "The two kinds of work are never mixed."),
    ),
    Role.AUDITOR: (
        Step((), "Log", "Changes and accesses. No entry has a name in it.", "log"),
        Step(("Links",), "Links", "Each leads to the decisions that it is based on."),
        Step(("Records",), "Records", "Reading a record is recorded here too."),
        Step(("Log",), "Log", "Your own accesses are at the top."),
        Step(("Agencies",), "Agencies", "Who may ask for what, in versions."),
    ),
    Role.ADMINISTRATOR: (
        Step((), "Statistics", "Only figures: no case and no record.", "statistics"),
        Step(
            ("Model checks",),
            "Checks on the model",
            "It warns when new prints no longer follow the model.",
        ),
        Step(("Publication",), "Released figures", "A quarter is released once."),
        Step(
            ("Exchange",),
            "Exchange with other countries",
            "The notifications sent, and those missing.",
        ),
        Step(("Tokens",), "Tokens in your name", "Accounts: `identlink account add`."),
    ),
    Role.CASE_OFFICER: (
        Step((), "Requests", "They are in order of the day on which they are due.", "requests"),
        Step(
            ("Open a request",),
            "Open a request",
            "The kind of request sets the clock and the legal bases.",
        ),
        Step(("Agencies",), "Agencies", "An agreement has purposes, reach and a day of review."),
        Step(("Reviews",), "Retention reviews", "Where no rule decides, two people decide."),
        Step(
            ("Requests to countries",),
            "Requests to other countries",
            "Each request names its legal basis.",
        ),
    ),
    Role.AGENCY: (
        Step((), "Requests of", "The agreement sets what you may ask.", "agency"),
        Step(("Ask",), "Requests of", "Each missing field is named; nothing is stored."),
        Step(
            ("Tokens",),
            "Tokens in your name",
            "A program makes requests with `/v1/agency/requests`.",
        ),
        Step(("Second factor",), "Second factor", "It belongs to the account."),
        Step(("Requests",), "Requests of", "The office's answers appear here."),
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
    """Return the tour page: the steps of each role, with the sign-in name for the role."""
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
