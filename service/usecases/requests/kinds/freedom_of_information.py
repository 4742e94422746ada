"""Anybody asks for information that the office holds: Freedom of Information Act 2000.

No person is asked about. The answer, and the time that it took, have a call of their own in the
room of publication, and stand in the disclosure log without the asker.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.errors import InvalidInputError
from domain.releasing import Destination, HeldConviction, HoldBack
from domain.requests import PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Assessed, Kind, Objection


def _may_ask(request: Request) -> None:
    if request.ask is None or not request.ask.words.strip():
        raise InvalidInputError("State in words what is asked.", pointer="/words")


def _compute(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:  # noqa: ARG001 - the form of a kind
    return tuple(Assessed(one) for one in held)


def _gives(item: Assessed, destination: Destination) -> Objection | None:  # noqa: ARG001 - the form of a kind
    return Objection(HoldBack.KIND)


KIND = Kind(
    name="freedom-of-information",
    title="Information that the office holds",
    may_ask=_may_ask,
    compute=_compute,
    gives=_gives,
    askers=frozenset({PartyKind.PERSON, PartyKind.AGENCY}),
    purposes=frozenset({UsePurpose.OWN_REQUEST}),
    bases=frozenset(),
    deciders=1,
    clock="freedom-of-information",
    sends=False,
    page="/workbench/publication/information/",
)
