"""Enquiries by forces, agencies and other States about the record of a person."""

from domain.errors import InvalidInputError
from domain.requests.releasing import Destination, HoldBack
from domain.requests.requests import IdentityBasis, PartyKind, Request
from domain.restrictions import UsePurpose
from rules.rehabilitation.record import Standing
from service.usecases.requests.kind import (
    Assessed,
    Ground,
    Kind,
    Objection,
    gives_all,
    names_a_person,
)
from service.usecases.requests.matters import standings

AGENCY_PURPOSES = frozenset(
    {
        *(UsePurpose.CRIMINAL_PROCEEDINGS, UsePurpose.CRIMINAL_INVESTIGATION),
        *(UsePurpose.SECURITY_CHECK, UsePurpose.MISCONDUCT, UsePurpose.FITNESS),
    }
)


AGENCY_NAMES_ENQUIRY = Kind(
    name="agency-names-enquiry",
    title="Names enquiry of an agency",
    may_ask=names_a_person,
    compute=standings,
    gives=gives_all,
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
"""An agency asks for a person's convictions, under its agreement; two people decide.

Data outside the agreement is always held back, whatever this kind of request would otherwise give.
The time limit is 7 working days, which is usual in such agreements. If the record is on
microfiche, the answer says that it exists, and a request to convert it is created.
"""


_CRIMINAL = frozenset(
    {
        UsePurpose.CRIMINAL_INVESTIGATION,
        UsePurpose.CRIMINAL_PROCEEDINGS,
        UsePurpose.IMMEDIATE_THREAT,
    }
)
"""The purposes for which spent convictions are given."""

_RULE = "eufra-2020-s5/1"


def _may_ask(request: Request) -> None:
    names_a_person(request)
    if not request.legal_basis:
        raise InvalidInputError(
            "Name the agreement or law that the request is based on.", pointer="/legal_basis"
        )


def _gives(item: Assessed, destination: Destination) -> Objection | None:
    if destination.purpose in _CRIMINAL or item.standing == Standing.UNSPENT.value:
        return None
    if item.standing == Standing.UNKNOWN.value:
        return Objection(HoldBack.STANDING_UNKNOWN, item.rule)
    if destination.purpose is UsePurpose.WORK_WITH_CHILDREN:
        return Objection(HoldBack.PERSON_DECIDES, _RULE)
    return Objection(HoldBack.SPENT, item.rule)


CONVICTION_INFORMATION = Kind(
    name="conviction-information",
    title="Conviction information",
    may_ask=_may_ask,
    compute=standings,
    gives=_gives,
    askers=frozenset({PartyKind.STATE, PartyKind.AGENCY}),
    purposes=_CRIMINAL
    | {UsePurpose.WORK_WITH_CHILDREN, UsePurpose.EMPLOYMENT, UsePurpose.ADMINISTRATIVE},
    deciders=2,
    clock="exchange-reply",
    grounds=(
        Ground("no-agreement", "No agreement or law covers the request"),
        Ground("purpose-not-covered", "The agreement does not cover the purpose"),
        Ground("national-security", "An answer would harm national security"),
        Ground("not-enough-details", "The details do not identify a person, and none were added"),
    ),
)
"""Another State or an agency asks for a person's convictions; two people decide.

European Union (Future Relationship) Act 2020 s 5: 20 working days beginning with the day of
receipt; no duty to give spent convictions unless for a criminal investigation or proceedings.
Child sexual offences must be given, spent or not (s 5(5)-(6)). Whether an offence is one of these
is not computed, because no table of them is held; a person decides.
"""


NAMES_ENQUIRY = Kind(
    name="names-enquiry-answer",
    title="Whether a person has a record",
    may_ask=names_a_person,
    askers=frozenset({PartyKind.FORCE, PartyKind.AGENCY, PartyKind.STATE}),
    purposes=frozenset({UsePurpose.CRIMINAL_INVESTIGATION, UsePurpose.CRIMINAL_PROCEEDINGS}),
    deciders=1,
    clock=None,
    grounds=(Ground("no-purpose", "The purpose is not that of a force's inquiry"),),
    says_held=True,
)
"""A force, an agency or another State asks whether a person has a record, and gets hit or no hit.

One person decides, there is no deadline, and no conviction is ever given: a requester who needs
convictions must ask the force that owns the record, and another State the office.
"""
