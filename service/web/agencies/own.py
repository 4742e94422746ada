"""Agreements with agencies, the ASNs issued for them, and an agency's own requests."""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Caller, Role
from domain.agencies.agencies import Agreement, AgreementStanding, Contact, LegalStatus, Reach
from domain.ids import RequestId
from domain.people.people import Sex
from domain.requests.requests import Ask
from domain.restrictions import UsePurpose
from service.api.bodies import AgencyInPath
from service.usecases.agencies import agreements, asking
from service.usecases.agencies.asns import ReceiveResult, issue_asn, list_asns, receive_result
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.kinds.enquiries import AGENCY_PURPOSES
from service.usecases.requests.kinds.office_work import DECIDED_ON, OFFENCE
from service.web.form_pages import form_page
from service.web.forms import Form, FormOf, options, said_person
from service.web.page_route import BegunFormOf, IdInPath, begun_form, page_router
from service.web.visitors import AgencyOf, CaseOfficerOf, RequestReaderOf, Visit

agreements_router = page_router("/workbench")

_PAGE = 30
_ASKED = {
    "agency-names-enquiry": ("Names enquiry", "the convictions that we hold of a person"),
    "record-creation": (
        "Record creation",
        "a record of your prosecution, with an Arrest Summons Number",
    ),
}
"""The requests open to an agency, in its own view: a title, and the answer it gets."""
_AGREEMENT_FIELDS = ("name", "purposes", "review_on")
"""To which a refusal may point; of any other, the fault is that of the code of the agency."""


@agreements_router.get("/agreements")
def show_agreements(visit: RequestReaderOf) -> Response:
    """Show the agreement of every agency, the ASNs, and the form of a new version."""
    agency = visit.request.query_params.get("agency", "")
    known = [one for one in visit.use(agreements.list_agreements) if one.agency == agency]
    form = begun_form(visit)
    if known and not form.kept_at:
        form = Form(_as_fields(known[0]), {})
    return _agreements_page(visit, form)


def _as_fields(newest: Agreement) -> dict[str, str]:
    """Return an agreement as the fields of its form, for the next version."""
    purposes = {f"purpose:{one.name}": "yes" for one in newest.purposes}
    return purposes | {
        "agency": newest.agency,
        "version": str(newest.version),
        "name": newest.name,
        "legal_status": newest.legal_status.value,
        "reach": newest.reach.value,
        "standing": newest.standing.value,
        "starts_on": newest.starts_on.isoformat(),
        "review_on": newest.review_on.isoformat(),
    }


@agreements_router.get("/agreements/{agency}")
def show_one_agreement(visit: RequestReaderOf, agency: AgencyInPath) -> Response:
    """Show all versions of an agreement."""
    versions = visit.use(agreements.show_agreement, agency)
    return visit.page("agencies/agreement.html", {"versions": versions})


@agreements_router.post("/agreements")
def post_agreement(visit: CaseOfficerOf, form: FormOf) -> Response:
    """Store the next version of an agreement."""
    with form.taking("agency", *_AGREEMENT_FIELDS):
        command = _agreement(form, visit.caller)
        if command is not None and not form.errors:
            made = agreements.make_agreement(visit.services, command)
            return RedirectResponse(f"/workbench/agreements/{made.agency}", status_code=303)
    return _agreements_page(visit, form)


def _agreement(form: Form, caller: Caller) -> agreements.MakeAgreement | None:
    """Build the command from a form; None, with errors in the form, if a field is missing."""
    status = form.choice("legal_status", LegalStatus, missing="Choose the legal status.")
    reach = form.choice("reach", Reach, missing="Choose what may be disclosed to the agency.")
    standing = form.choice(
        "standing", AgreementStanding, missing="Choose the state of the agreement."
    )
    starts_on, review_on = form.day("starts_on"), form.day("review_on")
    if status is None or reach is None or standing is None or not starts_on or not review_on:
        return None
    purposes = frozenset(one for one in UsePurpose if form.fields.get(f"purpose:{one.name}"))
    contact = Contact(form.text("contact_name"), form.text("contact_email"))
    return agreements.MakeAgreement(
        caller,
        form.text("agency", missing="State the code of the agency."),
        form.number("version"),
        form.text("name"),
        status,
        purposes,
        reach,
        standing,
        starts_on,
        review_on,
        (contact,) if contact.name or contact.email else (),
    )


@agreements_router.post("/asn-results")
def post_asn_result(visit: CaseOfficerOf, form: FormOf) -> Response:
    """Store a court result under the ASN that it came with."""
    on = form.day("result_on")
    asn = form.text("asn", missing="State the number that came with the result.")[:40]
    if on is None or form.errors:
        return _agreements_page(visit, form)
    with form.taking("result_on"):
        receive_result(visit.services, ReceiveResult(visit.caller, asn, on, form.text("words")))
        return RedirectResponse("/workbench/agreements", status_code=303)
    return _agreements_page(visit, form)


@agreements_router.post("/requests/{request_id}/asn")
def post_asn(visit: CaseOfficerOf, request_id: IdInPath, _form: FormOf) -> Response:
    """Issue the ASN of a record on behalf of an agency."""
    visit.use(issue_asn, RequestId(request_id))
    return RedirectResponse("/workbench/agreements", status_code=303)


@agreements_router.post("/requests/{request_id}/elsewhere")
def post_elsewhere(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Answer that the record is on microfiche, and show the request to convert it."""
    version, words = form.number("version"), form.text("words")
    command = asking.AnswerElsewhere(visit.caller, RequestId(request_id), version, words)
    made = asking.answer_elsewhere(visit.services, command)
    return RedirectResponse(f"/workbench/requests/{made}", status_code=303)


def _agreements_page(visit: Visit, form: Form) -> Response:
    before, unmatched_before = visit.cursor("before"), visit.cursor("unmatched-before")
    asns = visit.use(list_asns, before=before, unmatched_before=unmatched_before, limit=_PAGE)
    values = {
        "agreements": visit.use(agreements.list_agreements),
        "asns": asns,
        "turning": visit.turning("before", asns.next_before),
        "unmatched_turning": visit.turning("unmatched-before", asns.next_unmatched_before),
        "may_keep": visit.caller.actor.role is Role.CASE_OFFICER,
        "today": visit.services.today(),
        "statuses": options(LegalStatus),
        "reaches": options(Reach),
        "standings": options(AgreementStanding),
        "purposes": sorted(AGENCY_PURPOSES),
    }
    return form.page(visit, "agencies/agreements.html", values)


router = page_router("/workbench/agency")

_FIELDS = ("kind", "surname", "offence", "decided_on")
"""To which a refusal may point; of any other, the fault is that of the purpose."""


@form_page(router)
def own_page(visit: AgencyOf, form: BegunFormOf) -> Response:
    """Show the agreement and the requests of the agency, and the form of a new one."""
    agreement = visit.use(agreements.own_agreement)
    page = visit.use(asking.list_own_requests, before=visit.cursor("before"), limit=_PAGE)
    values = {
        "agreement": agreement,
        "requests": page.items,
        "turning": visit.turning("before", page.next_key),
        "titles": {one.kind: _title(one.kind) for one in page.items},
        "kinds": [(name, ": ".join(_ASKED[name]), "") for name in asking.ASKED_BY_AGENCIES],
        "purposes": [(one, one.capitalize(), "") for one in sorted(agreement.purposes)],
        "sexes": list(Sex),
        "is_in_force": agreement.is_in_force(visit.services.today()),
    }
    return form.page(visit, "agencies/own.html", values)


@own_page.post("", "purpose", *_FIELDS)
def post_own(visit: AgencyOf, form: FormOf) -> str | None:
    """Submit the agency's request, within the terms of its agreement."""
    command = _command(form, visit.caller)
    if command is not None and not form.errors:
        request_id = asking.ask_as_agency(visit.services, command)
        return f"/workbench/agency/{request_id}"
    return None


def _command(form: Form, caller: Caller) -> asking.AskAsAgency | None:
    """Build the command from a form; None, with errors in the form, if a field is missing."""
    kind = form.text("kind", missing="Choose what you are asking for.")
    purpose = form.choice("purpose", UsePurpose, missing="Choose the purpose.")
    subject = said_person(form)
    if purpose is None or subject is None:
        return None
    decided_on = form.day("decided_on") if form.text("decided_on") else None
    stated = {OFFENCE: form.text("offence"), DECIDED_ON: str(decided_on or "")}
    facts = tuple((name, fact) for name, fact in sorted(stated.items()) if fact)
    ask = Ask(subject, form.text("words"), reference=form.text("reference"), facts=facts)
    return asking.AskAsAgency(caller, kind, purpose, ask)


@form_page(router, "/{request_id}")
def own_one_page(visit: AgencyOf, request_id: IdInPath, form: BegunFormOf) -> Response:
    """Show one request with its answer, or with the office's question."""
    found = visit.use(asking.show_own_request, RequestId(request_id))
    watch = visit.use(agreements.watch_of, RequestId(request_id))
    values = {"one": found, "title": _title(found.kind), "watch": watch}
    return form.page(visit, "agencies/own_request.html", values)


@own_one_page.post("", "words")
def post_own_answer(visit: AgencyOf, request_id: IdInPath, form: FormOf) -> None:
    """Answer the question of the office."""
    visit.use(asking.answer_as_agency, RequestId(request_id), form.text("words"))


_WATCH_ACTS = {
    "begin": agreements.watch_case,
    "confirm": agreements.confirm_watch,
    "end": agreements.end_watch,
}


@own_one_page.post("/watch", "act")
def post_own_watch(visit: AgencyOf, request_id: IdInPath, form: FormOf) -> None:
    """Begin, confirm or end the watch of a case."""
    act = _WATCH_ACTS.get(form.text("act"))
    if act is not None:
        visit.use(act, RequestId(request_id))


def _title(kind: str) -> str:
    return _ASKED[kind][0] if kind in _ASKED else kind_named(kind).title
