"""A person says that data about them is wrong; two people decide.

Data Protection Act 2018 ss 46 and 48, with the period of s 54. A wrong item is amended by the
force that owns the record, with the request as the reason. Every recipient of the changed item
must then be notified. If it cannot be established whether the data is accurate, the person is
restricted instead.
"""

from domain.errors import InvalidInputError
from domain.requests.requests import PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import ClockStart, Ground, Kind, names_the_asker


def _may_ask(request: Request) -> None:
    names_the_asker(request)
    if request.ask is None or not request.ask.words.strip():
        raise InvalidInputError(
            "State what is wrong, and what the record should say instead.", pointer="/words"
        )


KIND = Kind(
    name="rectification",
    title="Correction of one's own data",
    may_ask=_may_ask,
    askers=frozenset({PartyKind.PERSON}),
    purposes=frozenset({UsePurpose.OWN_REQUEST}),
    deciders=2,
    clock="subject-access",
    clock_start=ClockStart.IDENTITY,
    grounds=(
        Ground("accurate", "The data is accurate"),
        Ground("restricted-instead", "The accuracy cannot be settled: the data is restricted"),
        Ground("manifestly-unfounded", "The request is manifestly unfounded (s 53)"),
        Ground("excessive", "The request is excessive (s 53)"),
        Ground("no-authority", "The representative has shown no authority"),
        Ground("no-identity", "The identity was not shown"),
    ),
    is_neutral=True,
)
