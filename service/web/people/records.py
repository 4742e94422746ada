"""Pages on records: a list, each version of a record, and who has viewed a person's data."""

from dataclasses import replace
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from domain.access.access import Purpose
from domain.ids import PersonId, RecordId
from domain.people.amendments import VersionHead
from domain.people.claims import Claim
from domain.people.items import content_of
from domain.people.partial_dates import PartialDate
from service.usecases.disclosure.finding import people_of_records
from service.usecases.people import records
from service.usecases.people.offence_tables import table_in_force
from service.usecases.requests.own_data import text_of
from service.web.examination.desk import IdInPath
from service.web.page_route import page_router
from service.web.tables import Column, address_from, order_of, sorted_table
from service.web.visitors import ConsultationReaderOf, RecordReaderOf, Visit

router = page_router("/workbench/records")

VersionInPath = Annotated[int, Path(ge=1, lt=2**53)]


@router.get("")
def show_records(visit: RecordReaderOf) -> Response:
    """Show the records of the force, or all records to an auditor, with names, newest first."""
    before = visit.request.query_params.get("before") or None
    order = order_of(visit.request, _COLUMNS)
    page = visit.use(records.list_records, before=before, limit=_PAGE, order=order)
    shown = {
        "page": page,
        "people": people_of_records(visit.services, [one.person_id for one in page.records]),
        "table": sorted_table(visit.request, page.records, _COLUMNS),
        "first": address_from(visit.request) if before else None,
        "further": address_from(visit.request, before=page.next_before)
        if page.next_before
        else None,
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
        "titles": table_in_force(visit.services),
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
    values = {"page": page, "person_id": person_id, "now": visit.services.surroundings.clock()}
    return visit.page("people/consultations.html", values)
