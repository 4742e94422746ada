"""A record on microfiche is to be converted, because a requester was told that it exists.

There is no deadline: the library's custodians set no turnaround. The request names the request
that it follows up; the person who converts the record closes it.
"""

from domain.errors import InvalidInputError
from domain.requests.requests import PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Ground, Kind

NAME = "conversion-request"


def _may_ask(request: Request) -> None:
    if request.ask is None or not request.ask.subject.names:
        raise InvalidInputError(
            "Name the person whose record is on microfiche.", pointer="/subject/names"
        )


KIND = Kind(
    name=NAME,
    title="Conversion of a record on microfiche",
    may_ask=_may_ask,
    askers=frozenset({PartyKind.FORCE, PartyKind.AGENCY}),
    purposes=frozenset(UsePurpose),
    deciders=1,
    clock=None,
    grounds=(Ground("not-in-library", "The library does not hold the record"),),
    is_neutral=True,
)
