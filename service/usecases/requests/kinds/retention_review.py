"""The office's own request: may a person's data still be kept?

A review is opened if no rule answers this, or if the day of the next review has come. The person
is known: the review names them. No answer is sent. The decision (keep, restrict or erase, with a
ground, a reason and the day of the next review) has its own calls under retention.
"""

from domain.errors import InvalidInputError
from domain.requests.requests import IdentityBasis, PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Kind


def _may_ask(request: Request) -> None:
    if not request.about:
        raise InvalidInputError("Give the id of the person to review.", pointer="/about")


KIND = Kind(
    name="retention-review",
    title="Whether data of a person may still be kept",
    may_ask=_may_ask,
    askers=frozenset({PartyKind.FORCE}),
    purposes=frozenset({UsePurpose.SUPERVISION}),
    bases=frozenset({IdentityBasis.DETAILS}),
    deciders=2,
    clock="retention-review",
    sends=False,
    page="/workbench/retention/reviews/",
)
