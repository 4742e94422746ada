"""An agency asks for a person's convictions, under its agreement; two people decide.

Data outside the agreement is always held back, whatever this kind of request would otherwise give.
The time limit is 7 working days, which is usual in such agreements. If the record is on
microfiche, the answer says that it exists, and a request to convert it is created.
"""

from collections.abc import Sequence
from datetime import date

from domain.requests.releasing import Destination, HeldConviction
from domain.requests.requests import IdentityBasis, PartyKind
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Assessed, Ground, Kind, Objection, names_a_person
from service.usecases.requests.matters import standings

NAME = "agency-names-enquiry"

AGENCY_PURPOSES = frozenset(
    {
        *(UsePurpose.CRIMINAL_PROCEEDINGS, UsePurpose.CRIMINAL_INVESTIGATION),
        *(UsePurpose.SECURITY_CHECK, UsePurpose.MISCONDUCT, UsePurpose.FITNESS),
    }
)


def _compute(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:
    return standings(held, on)


def _gives(item: Assessed, destination: Destination) -> Objection | None:  # noqa: ARG001 - the form of a kind
    return None


KIND = Kind(
    name=NAME,
    title="Names enquiry of an agency",
    may_ask=names_a_person,
    compute=_compute,
    gives=_gives,
    askers=frozenset({PartyKind.AGENCY}),
    purposes=AGENCY_PURPOSES,
    bases=frozenset({IdentityBasis.DETAILS, IdentityBasis.DOCUMENTS}),
    deciders=2,
    clock="agency-enquiry",
    grounds=(
        Ground("purpose-not-shown", "The purpose was not shown"),
        Ground("not-enough-details", "The details do not identify a person, and none were added"),
    ),
)
