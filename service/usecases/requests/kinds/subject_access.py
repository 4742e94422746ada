"""A person asks for everything that is held about them; two people decide.

Data Protection Act 2018 ss 45 and 54: one month beginning with the latest of receipt, requested
proof of identity, and payment of a fee; two further months if notice with reasons is given within
the first month. A question about the meaning of the request stops the clock. Everything is given,
spent or not, except items whose source forbids telling any person. The same neutral wording is
used for withheld data and for nothing held (s 45(4)-(6)), and the outcome of the search is not
disclosed.
"""

from domain.access.access import Purpose
from domain.requests.releasing import Destination
from domain.requests.requests import PartyKind
from domain.restrictions import UsePurpose
from service.usecases.requests import kind


def _gives(item: kind.Assessed, destination: Destination) -> kind.Objection | None:  # noqa: ARG001 - the form of a kind
    return None


KIND = kind.Kind(
    name="subject-access",
    title="Access to one's own data",
    may_ask=kind.names_the_asker,
    gives=_gives,
    askers=frozenset({PartyKind.PERSON}),
    purposes=frozenset({UsePurpose.OWN_REQUEST}),
    deciders=2,
    clock="subject-access",
    clock_start=kind.ClockStart.IDENTITY,
    grounds=(
        kind.Ground("manifestly-unfounded", "The request is manifestly unfounded (s 53)"),
        kind.Ground(
            "excessive", "The request is excessive, such as one that repeats another (s 53)"
        ),
        kind.Ground("not-living", "The person is dead: the Act covers only living people (s 3)"),
        kind.Ground("no-authority", "The representative has shown no authority"),
        kind.Ground("no-identity", "The identity was not shown"),
    ),
    is_neutral=True,
    has_answer=True,
    looks_for=Purpose.SUBJECT_ACCESS,
)
