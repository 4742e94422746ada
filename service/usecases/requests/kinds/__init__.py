"""The kinds of requests, one module each: data and three functions.

- `agency_names_enquiry`: an agency asks for the convictions of a person, within its agreement
- `child_protection_certificate`: a person asks for a certificate for work with children abroad
- `conversion_request`: a record on microfiche is to be converted
- `conviction_information`: another State or an agency asks for the convictions of a person
- `freedom_of_information`: anybody asks for information that the office holds
- `names_enquiry_answer`: a force or an agency asks whether a person has a record, and whose it is
- `police_certificate`: a person asks for a certificate of their record for another country
- `record_creation`: an agency asks for a record on its behalf, and gets an ASN
- `record_deletion`: a person asks for the deletion of data left by arrests
- `rectification`: a person says that data about them is wrong
- `retention_review`: the office asks itself whether data of a person may still be kept
- `subject_access`: a person asks for everything that is held of them
"""

from __future__ import annotations

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
"""Every kind by its name; a new one is a line here."""


def kind_named(name: str) -> Kind:
    """Return a kind; raises UnknownRequestKindError."""
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownRequestKindError("There is no such kind of request: choose from the list.")
    return kind
