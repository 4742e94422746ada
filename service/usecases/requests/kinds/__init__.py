"""The kinds of request: data and three functions for each."""

from domain.errors import UnknownRequestKindError
from service.usecases.requests.kind import Kind
from service.usecases.requests.kinds import certificates, enquiries, office_work, own_data

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        enquiries.CONVICTION_INFORMATION,
        office_work.FREEDOM_OF_INFORMATION,
        enquiries.NAMES_ENQUIRY,
        certificates.POLICE_CERTIFICATE,
        certificates.CHILD_PROTECTION_CERTIFICATE,
        own_data.RECORD_DELETION,
        own_data.RECTIFICATION,
        own_data.SUBJECT_ACCESS,
        enquiries.AGENCY_NAMES_ENQUIRY,
        office_work.RECORD_CREATION,
        office_work.CONVERSION_REQUEST,
        office_work.RETENTION_REVIEW,
    )
}
"""Every kind by its name. A new kind is added here."""


def kind_named(name: str) -> Kind:
    """Return the kind with this name. Raises UnknownRequestKindError."""
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownRequestKindError("There is no such kind of request: choose from the list.")
    return kind
