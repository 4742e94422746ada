"""Another State or an agency asks for a person's convictions; two people decide.

European Union (Future Relationship) Act 2020 s 5: 20 working days beginning with the day of
receipt; no duty to give spent convictions unless for a criminal investigation or proceedings.
Child sexual offences must be given, spent or not (s 5(5)-(6)). Whether an offence is one of these
is not computed, because no table of them is held; a person decides.
"""

from collections.abc import Sequence
from datetime import date

from domain.errors import InvalidInputError
from domain.requests.releasing import Destination, HeldConviction, HoldBack
from domain.requests.requests import PartyKind, Request
from domain.restrictions import UsePurpose
from rules.rehabilitation.record import Standing
from service.usecases.requests.kind import Assessed, Ground, Kind, Objection, names_a_person
from service.usecases.requests.matters import standings

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


def _compute(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:
    return standings(held, on)


def _gives(item: Assessed, destination: Destination) -> Objection | None:
    if destination.purpose in _CRIMINAL or item.standing == Standing.UNSPENT.value:
        return None
    if item.standing == Standing.UNKNOWN.value:
        return Objection(HoldBack.STANDING_UNKNOWN, item.rule)
    if destination.purpose is UsePurpose.WORK_WITH_CHILDREN:
        return Objection(HoldBack.PERSON_DECIDES, _RULE)
    return Objection(HoldBack.SPENT, item.rule)


KIND = Kind(
    name="conviction-information",
    title="Conviction information",
    may_ask=_may_ask,
    compute=_compute,
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
