"""A person asks for the deletion of data about arrests; the forces that own the arrests decide.

The Record Deletion Process is practice, not law. Each arrest is a separate case, which the owning
force decides; the target is 28 days. A question to the person stops the clock. The answer contains
no convictions: the officer writes down each force's decision.
"""

from domain.access.access import Purpose
from domain.errors import InvalidInputError
from domain.requests.requests import PartyKind, Request
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import ClockStart, Ground, Kind, names_the_asker


def _may_ask(request: Request) -> None:
    names_the_asker(request)
    if request.ask is None or not request.ask.words.strip():
        raise InvalidInputError("State why the data should be deleted.", pointer="/words")


KIND = Kind(
    name="record-deletion",
    title="Deletion of what an arrest left",
    may_ask=_may_ask,
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
