"""Work that is requested of the office: records made or converted, reviews, and information."""

from datetime import date

from domain.errors import InvalidInputError
from domain.requests.requests import IdentityBasis, PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Ground, Kind

OFFENCE, DECIDED_ON = "offence", "prosecution-decided-on"
"""Facts in the form: the offence, and the day of the decision to prosecute."""


def _may_create(request: Request) -> None:
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


RECORD_CREATION = Kind(
    name="record-creation",
    title="A record on behalf of an agency",
    may_ask=_may_create,
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
"""A prosecuting agency asks us to create a record on its behalf, and gets an ASN; one person
decides.

A record is made only after the decision to prosecute, and only if the offence is recordable. The
usual time is 3 to 5 working days from a complete form. No conviction is disclosed.
"""


def _may_convert(request: Request) -> None:
    if request.ask is None or not request.ask.subject.names:
        raise InvalidInputError(
            "Name the person whose record is on microfiche.", pointer="/subject/names"
        )


CONVERSION_REQUEST = Kind(
    name="conversion-request",
    title="Conversion of a record on microfiche",
    may_ask=_may_convert,
    askers=frozenset({PartyKind.FORCE, PartyKind.AGENCY}),
    purposes=frozenset(UsePurpose),
    deciders=1,
    clock=None,
    grounds=(Ground("not-in-library", "The library does not hold the record"),),
    is_neutral=True,
)
"""A record on microfiche is to be converted, because a requester was told that it exists.

There is no deadline: the library's custodians set no turnaround. The request names the request
that it follows up; the person who converts the record closes it.
"""


def _may_review(request: Request) -> None:
    if not request.about:
        raise InvalidInputError("Give the id of the person to review.", pointer="/about")


RETENTION_REVIEW = Kind(
    name="retention-review",
    title="Whether data of a person may still be kept",
    may_ask=_may_review,
    askers=frozenset({PartyKind.FORCE}),
    purposes=frozenset({UsePurpose.SUPERVISION}),
    bases=frozenset({IdentityBasis.DETAILS}),
    deciders=2,
    clock="retention-review",
    sends=False,
    page="/workbench/retention/reviews/",
)
"""The office's own request: may a person's data still be kept?

A review is opened if no rule answers this, or if the day of the next review has come. The person
is known: the review names them. No answer is sent. The decision (keep, restrict or erase, with a
ground, a reason and the day of the next review) has its own calls under retention.
"""


REVIEW_OF = "review-of"
"""A fact in a request: the id of the request whose answer is to be reviewed."""


def _may_ask(request: Request) -> None:
    if request.ask is None or not request.ask.words.strip():
        raise InvalidInputError("Write what information is requested.", pointer="/words")


FREEDOM_OF_INFORMATION = Kind(
    name="freedom-of-information",
    title="Information that the office holds",
    may_ask=_may_ask,
    askers=frozenset({PartyKind.PERSON, PartyKind.AGENCY}),
    purposes=frozenset({UsePurpose.OWN_REQUEST}),
    bases=frozenset(),
    deciders=1,
    clock="freedom-of-information",
    sends=False,
    page="/workbench/publication/information/",
)
"""Anybody asks for information that the office holds: Freedom of Information Act 2000.

The request is not about a person. The answer, and the hours it took, are sent by a separate call
under publication. They appear in the disclosure log without the requester.

An internal review is asked for in the same way, and names the request whose answer is reviewed.
Another officer answers it, in the same time.
"""
