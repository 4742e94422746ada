"""The kinds of request, one module for each: data and three functions."""

from domain.errors import UnknownRequestKindError
from service.usecases.requests.kind import Kind
from service.usecases.requests.kinds import (
    agency_names_enquiry,
    child_protection_certificate,
    conversion_request,
    conviction_information,
    freedom_of_information,
    names_enquiry_answer,
    police_certificate,
    record_creation,
    record_deletion,
    rectification,
    retention_review,
    subject_access,
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        conviction_information.KIND,
        freedom_of_information.KIND,
        names_enquiry_answer.KIND,
        police_certificate.KIND,
        child_protection_certificate.KIND,
        record_deletion.KIND,
        rectification.KIND,
        subject_access.KIND,
        agency_names_enquiry.KIND,
        record_creation.KIND,
        conversion_request.KIND,
        retention_review.KIND,
    )
}
"""Every kind by its name. A new kind is added here."""


def kind_named(name: str) -> Kind:
    """Return the kind with this name. Raises UnknownRequestKindError."""
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownRequestKindError("There is no such kind of request: choose from the list.")
    return kind
