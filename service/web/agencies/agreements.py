"""Agreements with agencies, and the ASNs issued for them."""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Caller, Role
from domain.agencies.agencies import Agreement, AgreementStanding, Contact, LegalStatus, Reach
from domain.ids import RequestId
from domain.restrictions import UsePurpose
from service.api.bodies import AgencyInPath
from service.usecases.agencies import agreements
from service.usecases.agencies.asns import ReceiveResult, issue_asn, list_asns, receive_result
from service.usecases.agencies.elsewhere import AnswerElsewhere, answer_elsewhere
from service.usecases.requests.kinds.enquiries import AGENCY_PURPOSES
from service.web.forms import Form, FormOf, options
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.tables import pages_of
from service.web.visitors import CaseOfficerOf, RequestReaderOf, Visit

router = page_router("/workbench")

_PAGE = 30
_FIELDS = ("name", "purposes", "review_on")
"""To which a refusal may point; of any other, the fault is that of the code of the agency."""


@router.get("/agreements")
def show_agreements(visit: RequestReaderOf) -> Response:
    """Show the agreement of every agency, the ASNs, and the form of a new version."""
    agency = visit.request.query_params.get("agency", "")
    known = [one for one in visit.use(agreements.list_agreements) if one.agency == agency]
    begun = begun_form(visit)
    return _page(visit, Form(_as_fields(known[0]), {}) if known and not begun.kept_at else begun)


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


@router.get("/agreements/{agency}")
def show_one_agreement(visit: RequestReaderOf, agency: AgencyInPath) -> Response:
    """Show all versions of an agreement."""
    versions = visit.use(agreements.show_agreement, agency)
    return visit.page("agencies/agreement.html", {"versions": versions})


@router.post("/agreements")
def post_agreement(visit: CaseOfficerOf, form: FormOf) -> Response:
    """Store the next version of an agreement."""
    with form.taking("agency", *_FIELDS):
        command = _command(form, visit.caller)
        if command is None or form.errors:
            return _page(visit, form, status=422)
        made = agreements.make_agreement(visit.services, command)
        return RedirectResponse(f"/workbench/agreements/{made.agency}", status_code=303)
    return _page(visit, form, status=422)


def _command(form: Form, caller: Caller) -> agreements.MakeAgreement | None:
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


@router.post("/asn-results")
def post_asn_result(visit: CaseOfficerOf, form: FormOf) -> Response:
    """Store a court result under the ASN that it came with."""
    on = form.day("result_on")
    asn = form.text("asn", missing="State the number that came with the result.")[:40]
    if on is None or form.errors:
        return _page(visit, form, status=422)
    with form.taking("result_on"):
        receive_result(visit.services, ReceiveResult(visit.caller, asn, on, form.text("words")))
        return RedirectResponse("/workbench/agreements", status_code=303)
    return _page(visit, form, status=422)


@router.post("/requests/{request_id}/asn")
def post_asn(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Issue the ASN of a record on behalf of an agency."""
    del form
    visit.use(issue_asn, RequestId(request_id))
    return RedirectResponse("/workbench/agreements", status_code=303)


@router.post("/requests/{request_id}/elsewhere")
def post_elsewhere(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Answer that the record is on microfiche, and show the request to convert it."""
    version, words = form.number("version"), form.text("words")
    command = AnswerElsewhere(visit.caller, RequestId(request_id), version, words)
    made = answer_elsewhere(visit.services, command)
    return RedirectResponse(f"/workbench/requests/{made}", status_code=303)


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    before = visit.request.query_params.get("before") or None
    unmatched_before = visit.request.query_params.get("unmatched-before") or None
    asns = visit.use(list_asns, before=before, unmatched_before=unmatched_before, limit=_PAGE)
    values = {
        "form": form,
        "agreements": visit.use(agreements.list_agreements),
        "asns": asns,
        "turning": pages_of(visit.request, "before", asns.next_before),
        "unmatched_turning": pages_of(
            visit.request, "unmatched-before", asns.next_unmatched_before
        ),
        "may_keep": visit.caller.actor.role is Role.CASE_OFFICER,
        "today": visit.services.surroundings.clock().date(),
        "statuses": options(LegalStatus),
        "reaches": options(Reach),
        "standings": options(AgreementStanding),
        "purposes": sorted(AGENCY_PURPOSES),
    }
    return visit.page("agencies/agreements.html", values, status=status)
