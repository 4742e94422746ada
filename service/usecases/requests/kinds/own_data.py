"""The rights of a person over their own data: access, correction, and deletion after an arrest."""

from domain.access.access import Purpose
from domain.errors import InvalidInputError
from domain.requests.requests import PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import ClockStart, Ground, Kind, gives_all, names_the_asker

SUBJECT_ACCESS = Kind(
    name="subject-access",
    title="Access to one's own data",
    may_ask=names_the_asker,
    gives=gives_all,
    askers=frozenset({PartyKind.PERSON}),
    purposes=frozenset({UsePurpose.OWN_REQUEST}),
    deciders=2,
    clock="subject-access",
    clock_start=ClockStart.IDENTITY,
    grounds=(
        Ground("manifestly-unfounded", "The request is manifestly unfounded (s 53)"),
        Ground("excessive", "The request is excessive, such as one that repeats another (s 53)"),
        Ground("not-living", "The person is dead: the Act covers only living people (s 3)"),
        Ground("no-authority", "The representative has shown no authority"),
        Ground("no-identity", "The identity was not shown"),
    ),
    is_neutral=True,
    has_answer=True,
    looks_for=Purpose.SUBJECT_ACCESS,
)
"""A person asks for everything that is held about them; two people decide.

Data Protection Act 2018 ss 45 and 54: one month beginning with the latest of receipt, requested
proof of identity, and payment of a fee; two further months if notice with reasons is given within
the first month. A question about the meaning of the request stops the clock. Everything is given,
spent or not, except items whose source forbids telling any person. The same neutral wording is
used for withheld data and for nothing held (s 45(4)-(6)), and the outcome of the search is not
disclosed.
"""


def _may_ask_to_correct(request: Request) -> None:
    names_the_asker(request)
    if request.ask is None or not request.ask.words.strip():
        raise InvalidInputError(
            "State what is wrong, and what the record should say instead.", pointer="/words"
        )


RECTIFICATION = Kind(
    name="rectification",
    title="Correction of one's own data",
    may_ask=_may_ask_to_correct,
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
"""A person says that data about them is wrong; two people decide.

Data Protection Act 2018 ss 46 and 48, with the period of s 54. A wrong item is amended by the
force that owns the record, with the request as the reason. Every recipient of the changed item
must then be notified. If it cannot be established whether the data is accurate, the person is
restricted instead.
"""


def _may_ask_to_delete(request: Request) -> None:
    names_the_asker(request)
    if request.ask is None or not request.ask.words.strip():
        raise InvalidInputError("State why the data should be deleted.", pointer="/words")


RECORD_DELETION = Kind(
    name="record-deletion",
    title="Deletion of what an arrest left",
    may_ask=_may_ask_to_delete,
    askers=frozenset({PartyKind.PERSON}),
    purposes=frozenset({UsePurpose.OWN_REQUEST}),
    deciders=2,
    clock="deletion-decision",
    clock_start=ClockStart.IDENTITY,
    grounds=(
        Ground("convicted", "A court convicted: only a court can undo a conviction"),
        Ground("proceedings-open", "An investigation or proceedings are open"),
        Ground("rejected-by-force", "The owning force has rejected the request"),
        Ground("no-authority", "The representative has shown no authority"),
        Ground("no-identity", "The identity was not shown"),
    ),
    is_neutral=True,
    waits_for_forces=True,
    looks_for=Purpose.DELETION,
)
"""A person asks for the deletion of data about arrests; the forces that own the arrests decide.

The Record Deletion Process is practice, not law. Each arrest is a separate case, which the owning
force decides; the target is 28 days. A question to the person stops the clock. The answer contains
no convictions: the officer writes down each force's decision.
"""
