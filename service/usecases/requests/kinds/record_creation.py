"""A prosecuting agency asks us to create a record on its behalf, and gets an ASN; one person
decides.

A record is made only after the decision to prosecute, and only if the offence is recordable. The
usual time is 3 to 5 working days from a complete form. No conviction is disclosed.
"""

from datetime import date

from domain.errors import InvalidInputError
from domain.requests.requests import IdentityBasis, PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Ground, Kind

NAME = "record-creation"

OFFENCE, DECIDED_ON = "offence", "prosecution-decided-on"
"""Facts in the form: the offence, and the day of the decision to prosecute."""


def _may_ask(request: Request) -> None:
    ask = request.ask
    if ask is None or not ask.subject.names or not ask.subject.dates_of_birth:
        raise InvalidInputError(
            "State the person's name and date of birth.", pointer="/subject/names"
        )
    facts = dict(ask.facts)
    if not facts.get(OFFENCE, "").strip():
        raise InvalidInputError("State the offence.", pointer="/facts/offence")
    try:
        decided_on = date.fromisoformat(facts.get(DECIDED_ON, ""))
    except ValueError:
        raise InvalidInputError(
            "State the date of the decision to prosecute.",
            pointer="/facts/prosecution-decided-on",
        ) from None
    if decided_on > request.received_on:
        raise InvalidInputError(
            "The decision to prosecute is dated after this request: ask again once "
            "the decision has been made.",
            pointer="/facts/prosecution-decided-on",
        )


KIND = Kind(
    name=NAME,
    title="A record on behalf of an agency",
    may_ask=_may_ask,
    askers=frozenset({PartyKind.AGENCY}),
    purposes=frozenset({UsePurpose.CRIMINAL_PROCEEDINGS}),
    bases=frozenset({IdentityBasis.DETAILS, IdentityBasis.DOCUMENTS}),
    deciders=1,
    clock="agency-record",
    grounds=(
        Ground("not-recordable", "The offence is not recordable"),
        Ground("incomplete", "The form is not complete"),
    ),
    is_neutral=True,
)
