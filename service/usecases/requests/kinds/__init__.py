"""The kinds of requests, one module each: data and three functions.

- `conviction_information`: another State or an agency asks for the convictions of a person
- `names_enquiry_answer`: a force or an agency asks whether a person has a record, and whose it is
- `retention_review`: the office asks itself whether data of a person may still be kept
"""

from __future__ import annotations

from domain.errors import UnknownRequestKindError
from service.usecases.requests.kind import Kind
from service.usecases.requests.kinds import (
    conviction_information,
    names_enquiry_answer,
    retention_review,
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        conviction_information.KIND,
        names_enquiry_answer.KIND,
        retention_review.KIND,
    )
}
"""Every kind by its name; a new one is a line here."""


def kind_named(name: str) -> Kind:
    """Return a kind; raises UnknownRequestKindError."""
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownRequestKindError("No kind of request is called so: use one of the listed.")
    return kind
