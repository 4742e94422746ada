"""A force or an agency asks by details whether a person has a record, and whose it is.

One person decides, no clock runs, and no conviction is ever given: whoever needs those asks the
force that owns the record.
"""

from __future__ import annotations

from domain.errors import InvalidInputError
from domain.requests import IdentityBasis, PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Ground, Kind, as_held, gives_nothing


def _may_ask(request: Request) -> None:
    if request.ask is None or not request.ask.subject.names:
        raise InvalidInputError(
            "Name the person whom the request is about.", pointer="/subject/names"
        )


KIND = Kind(
    name="names-enquiry-answer",
    title="Whether a person has a record",
    may_ask=_may_ask,
    compute=as_held,
    gives=gives_nothing,
    askers=frozenset({PartyKind.FORCE, PartyKind.AGENCY}),
    purposes=frozenset({UsePurpose.CRIMINAL_INVESTIGATION, UsePurpose.CRIMINAL_PROCEEDINGS}),
    bases=frozenset({IdentityBasis.DETAILS, IdentityBasis.DOCUMENTS}),
    deciders=1,
    clock=None,
    grounds=(Ground("no-purpose", "The purpose is not that of a force's inquiry"),),
    says_held=True,
)
