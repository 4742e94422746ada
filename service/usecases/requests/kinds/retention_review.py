"""The office asks itself whether data of a person may still be kept.

A review is opened where no rule computes it, or where its day has come. The person is known: the
review names them. Nothing leaves; the decision (keep, restrict or erase, with a ground, a
reason and the day of the next review) has calls of its own in the room of retention.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.errors import InvalidInputError
from domain.releasing import Destination, HeldConviction, HoldBack
from domain.requests import IdentityBasis, PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Assessed, Kind, Objection


def _may_ask(request: Request) -> None:
    if not request.about:
        raise InvalidInputError("A review names the person by id.", pointer="/about")


def _compute(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:  # noqa: ARG001 - the form of a kind
    return tuple(Assessed(one) for one in held)


def _gives(item: Assessed, destination: Destination) -> Objection | None:  # noqa: ARG001 - the form of a kind
    return Objection(HoldBack.KIND)


KIND = Kind(
    name="retention-review",
    title="Whether data of a person may still be kept",
    may_ask=_may_ask,
    compute=_compute,
    gives=_gives,
    askers=frozenset({PartyKind.FORCE}),
    purposes=frozenset({UsePurpose.SUPERVISION}),
    bases=frozenset({IdentityBasis.DETAILS}),
    deciders=2,
    clock="retention-review",
    sends=False,
    page="/workbench/retention/reviews/",
)
