"""Pages on records: begun without prints, listed, version by version, and who viewed them."""

import json
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from domain.access.access import Caller, Purpose, Role
from domain.errors import ConflictError, LinkingError
from domain.events.looking import look_words
from domain.ids import PersonId, RecordId
from domain.people.amendments import VersionHead
from domain.people.claims import Claim
from domain.people.items import content_of
from domain.people.partial_dates import PartialDate
from domain.people.people import DisposalType, Sex
from service.api.bodies import read_json
from service.api.people.encounters import NewRecordBody
from service.usecases.disclosure.finding import people_of_records
from service.usecases.people import offence_tables, records
from service.usecases.requests.own_data import text_of
from service.usecases.searches import beginning, enquiries
from service.web.forms import Form, FormOf, faults_in
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.searches.files import said_details
from service.web.tables import Column, order_of, sorted_table
from service.web.visitors import ConsultationReaderOf, RecordBeginnerOf, RecordReaderOf, Visit

router = page_router("/workbench/records")

VersionInPath = Annotated[int, Path(ge=1, lt=2**53)]


@router.get("")
def show_records(visit: RecordReaderOf) -> Response:
    """Show the records of the force, or all records to an auditor, with names, newest first."""
    before, order = visit.cursor("before"), order_of(visit.request, _COLUMNS)
    page = visit.use(records.list_records, before=before, limit=_PAGE, order=order)
    shown = {
        "page": page,
        "people": people_of_records(visit.services, [one.person_id for one in page.records]),
        "table": sorted_table(visit.request, page.records, _COLUMNS),
        "turning": visit.turning("before", page.next_before),
    }
    return visit.page("people/records.html", shown)


_PAGE = 50
_COLUMNS: tuple[Column[VersionHead], ...] = (
    # References are sealed one by one: the database sorts none.
    Column("Record"),
    Column("Held by", "force"),
    Column("Version", "version", is_numeric=True),
    Column("Last amended", "amended"),
    Column("Reason", "reason"),
)


@router.get("/{record_id}")
def show_record(visit: RecordReaderOf, record_id: IdInPath) -> Response:
    """Show the live version of a record."""
    return _page(visit, record_id, None)


@router.get("/{record_id}/versions/{version}")
def show_version(visit: RecordReaderOf, record_id: IdInPath, version: VersionInPath) -> Response:
    """Show one version of a record."""
    return _page(visit, record_id, version)


def claim_words(claim: Claim) -> str:
    """Return a detail in words for a page."""
    value = claim.item.value
    return value.words if isinstance(value, PartialDate) else text_of(claim.item)


def _page(visit: Visit, record_id: str, version: int | None) -> Response:
    # A session has one purpose for all pages; opening a record is the management of records.
    manager = replace(visit.caller, purpose=Purpose.RECORD_MANAGEMENT)
    heads = records.record_versions(visit.services, manager, RecordId(record_id))
    read = records.read_record(visit.services, manager, RecordId(record_id), version)
    held = read.version.items.held
    claims: tuple[Claim, ...] = ()
    if read.version.head.is_live:
        claims = records.record_claims(visit.services, manager, RecordId(record_id))
    shown = {
        "claims": [(one, claim_words(one)) for one in claims],
        "read": read,
        "titles": offence_tables.table_in_force(visit.services),
        "heads": heads,
        "content": content_of(held),
        "convictions": [(one.ref, one.conviction) for one in read.convictions],
    }
    return visit.page("people/record.html", shown)


consultations_router = page_router("/workbench/people")

_CONSULTATIONS_PAGE = 30


@consultations_router.get("/{person_id}/consultations")
def show_consultations(visit: ConsultationReaderOf, person_id: IdInPath) -> Response:
    """Show each access to anything held about the person, newest first."""
    asked = visit.request.query_params.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else None
    page = visit.use(
        records.consultations, PersonId(person_id), before=before, limit=_CONSULTATIONS_PAGE
    )
    values = {
        "page": page,
        "person_id": person_id,
        "now": visit.services.now(),
        "words": look_words,
    }
    return visit.page("people/consultations.html", values)


beginning_router = page_router("/workbench/new-record")

_EXCLUDED = "other-"
"""The name of a box that says that a candidate is another person begins so."""

_PLACES = {
    "/dates_of_birth": "date_of_birth",
    "/pnc_ids": "pnc_id",
    "/arrest_reports/0/offences/0/disposals": "result_on",
    "/arrest_reports/0/offences/0/committed_on": "committed_on",
    "/arrest_reports/0/offences/0/code": "offence_code",
    "/arrest_reports/0/offences": "offence",
    "/arrest_reports/0/asn": "asn",
    "/arrest_reports": "on",
}
"""The field of the form for a place in the body, the longest first; else it is the surname."""


@beginning_router.get("")
def show_new_record_form(visit: RecordBeginnerOf) -> Response:
    """Show the form."""
    return _begin_page(visit, begun_form(visit))


@beginning_router.post("")
def post_new_record(visit: RecordBeginnerOf, form: FormOf) -> Response:
    """Start the record, or first show the people on record who may be this person."""
    manager = replace(visit.caller, purpose=Purpose.RECORD_MANAGEMENT)
    sent = _body(form, manager)
    if form.errors:
        return _begin_page(visit, form)
    try:
        body = read_json(NewRecordBody, json.dumps(sent).encode())
        begun = beginning.begin_record(visit.services, body.to_command(manager, None))
    except ConflictError:
        return _begin_page(visit, form, met=_met(visit, manager, sent))
    except LinkingError as error:
        for at, words in faults_in(error):
            place = next((name for start, name in _PLACES.items() if at.startswith(start)), "")
            last = at.rpartition("/")[2]
            form.errors[place or (last if last in form.fields else "surname")] = words
        return _begin_page(visit, form)
    if visit.caller.actor.role is Role.FORCE:
        return RedirectResponse(f"/workbench/records/{begun.record_id}", status_code=303)
    return _begin_page(visit, Form({}, {}), begun=begun.record_id)


def _body(form: Form, caller: Caller) -> dict[str, Any]:
    """Return the record in a form, as an API body."""
    excluded = [name.removeprefix(_EXCLUDED) for name in form.fields if name.startswith(_EXCLUDED)]
    details = said_details(form)
    if form.text("pnc_id"):
        details["pnc_ids"] = [form.text("pnc_id")]
    offence: dict[str, Any] = {
        "code": form.text("offence_code", missing="Enter the code of the offence."),
        "title": form.text("offence", missing="Enter the offence."),
        "is_recordable": bool(form.text("is_recordable")),
        "committed_on": str(form.day("committed_on")),
    }
    if form.text("result"):
        offence["disposals"] = [
            {"disposal": form.text("result"), "on": str(form.day("result_on"))}
        ]
    entry = {
        "asn": form.text("asn", missing="Enter the Arrest Summons Number."),
        "force": caller.actor.force,
        "on": str(form.day("on")),
        "offences": [offence],
    }
    asked = {"enquiry_id": form.text("enquiry_id"), "excluded": excluded}
    return {**details, "arrest_reports": [entry], **(asked if asked["enquiry_id"] else {})}


def _met(visit: Visit, caller: Caller, sent: dict[str, Any]) -> enquiries.EnquiryAnswer:
    """Return the people whom the details may describe, by a names enquiry of the caller."""
    record = read_json(NewRecordBody, json.dumps(sent).encode()).to_record()
    return enquiries.enquire(visit.services, enquiries.EnquireByNames(caller, record.details))


def _begin_page(
    visit: Visit, form: Form, *, met: enquiries.EnquiryAnswer | None = None, begun: str = ""
) -> Response:
    values = {
        "met": met,
        "begun": begun,
        "sexes": list(Sex),
        "results": list(DisposalType),
    }
    if met is not None:
        return visit.page("people/new_record.html", {"form": form, **values}, status=409)
    return form.page(visit, "people/new_record.html", values)
