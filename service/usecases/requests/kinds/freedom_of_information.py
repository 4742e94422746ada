"""Anybody asks for information that the office holds: Freedom of Information Act 2000.

The request is not about a person. The answer, and the hours it took, are sent by a separate call
under publication. They appear in the disclosure log without the requester.

An internal review is asked for in the same way, and names the request whose answer is reviewed.
Another officer answers it, in the same time.
"""

from domain.errors import InvalidInputError
from domain.requests.requests import PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Kind

REVIEW_OF = "review-of"
"""A fact in a request: the id of the request whose answer is to be reviewed."""


def _may_ask(request: Request) -> None:
    if request.ask is None or not request.ask.words.strip():
        raise InvalidInputError("Write what information is requested.", pointer="/words")


KIND = Kind(
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
