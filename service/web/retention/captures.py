"""A case officer's pages on the captures of a person, and on the facts that retention rules
need.
"""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Scope
from domain.ids import EncounterId, PersonId
from domain.retention.capture_facts import FactId, FactKind, StatedFact
from service.usecases.disclosure.finding import people_of_records
from service.usecases.retention.capture_facts import (
    DecideFact,
    StateFact,
    decide_fact,
    state_fact,
    waiting_facts,
)
from service.usecases.retention.due import show_bases
from service.web.drafts import begun_form
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf, options
from service.web.page_route import page_router
from service.web.tables import pages_of
from service.web.visitors import CaseOfficerOf, RequestReaderOf, Visit

router = page_router("/workbench/retention")

_PAGE = 30
_FIELDS = ("kind", "on", "event", "revokes", "words", "capture")


@router.get("/facts")
def show_facts(visit: RequestReaderOf) -> Response:
    """Show the facts that wait for a second officer."""
    after = visit.request.query_params.get("after") or None
    page = visit.use(waiting_facts, after=after, limit=_PAGE)
    shown = {
        "found": page.items,
        "people": people_of_records(visit.services, [one.person_id for one in page.items]),
        "turning": pages_of(visit.request, "after", page.next_key),
    }
    return visit.page("retention/facts.html", shown)


@router.get("/people/{person_id}")
def show_person(visit: RequestReaderOf, person_id: IdInPath) -> Response:
    """Show the captures of a person, each with its event, its basis and its facts."""
    return _page(visit, person_id, begun_form(visit))


@router.post("/people/{person_id}/facts")
def post_fact(visit: CaseOfficerOf, person_id: IdInPath, form: FormOf) -> Response:
    """State a fact about a capture."""
    capture = form.text("capture", missing="Choose a capture.")
    kind = form.choice("kind", FactKind, missing="Choose what your statement says.")
    on = form.day("on")
    if kind is None or on is None or form.errors:
        return _page(visit, person_id, form, status=422)
    with form.taking("kind", *_FIELDS):
        revokes = form.text("revokes")
        fact = StatedFact(
            kind, on, form.text("event"), FactId(revokes) if revokes else None, form.text("words")
        )
        state_fact(visit.services, StateFact(visit.caller, EncounterId(capture), fact))
        return _to_person(person_id)
    return _page(visit, person_id, form, status=422)


@router.post("/people/{person_id}/facts/{fact_id}/decision")
def post_decision(
    visit: CaseOfficerOf, person_id: IdInPath, fact_id: IdInPath, form: FormOf
) -> Response:
    """Agree to a fact that another officer stated, or refuse it."""
    agrees = form.text("agrees") == "yes"
    with form.taking("kind"):
        decide_fact(visit.services, DecideFact(visit.caller, FactId(fact_id), agrees))
        return _to_person(person_id)
    return _page(visit, person_id, form, status=422)


def _to_person(person_id: str) -> RedirectResponse:
    return RedirectResponse(f"/workbench/retention/people/{person_id}", status_code=303)


def _page(visit: Visit, person_id: str, form: Form, *, status: int = 200) -> Response:
    bases = visit.use(show_bases, PersonId(person_id))
    agreed = [
        (fact.fact_id, f"{fact.kind.value.capitalize()}, {fact.on:%-d %B %Y}", "")
        for one in bases.prints
        for fact in one.facts
        if not fact.waits and fact.kind is not FactKind.REVOKED
    ]
    values = {
        "bases": bases,
        "person_id": person_id,
        "captures": [
            (one.capture.encounter_id, f"Capture {n} of {one.capture.taken_on:%-d %B %Y}", "")
            for n, one in enumerate(bases.prints, 1)
        ],
        "kinds": options(FactKind),
        "events": [("", "None", ""), *((item, name, "") for item, name in bases.events.items())],
        "agreed": [("", "None", ""), *agreed],
        "may_work": Scope.WORK_REQUESTS in visit.caller.actor.scopes,
        "account": visit.caller.actor.user_id,
        "form": form,
    }
    return visit.page("retention/captures.html", values, status=status)
