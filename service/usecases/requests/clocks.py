"""Due days and pauses, computed from the log of a request and its kind's rule; never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.errors import RequestStepError
from domain.request_states import DUE, Step
from domain.requests import RequestFile
from rules.clocks import Pause, clock_rule, due_day
from service.usecases.requests.kind import ClockStart, Kind

_BEGINS = frozenset({Step.ASK, Step.WANT_IDENTITY})
_ENDS = frozenset({Step.ANSWER, Step.GIVE_IDENTITY, Step.REOPEN})


@dataclass(frozen=True, slots=True)
class Due:
    """Day on which an answer is due."""

    on: date | None
    """The last day in time; None without a clock, and while it stands still."""
    is_paused: bool
    """Whether a question to the requester stops the clock at present."""
    is_overdue: bool


def due_of(file: RequestFile, kind: Kind, today: date) -> Due:
    """Return the due day of a request, as it stands today; raises OutsideCalendarError."""
    if kind.clock is None:
        return Due(None, is_paused=False, is_overdue=False)
    on = due_day(
        clock_rule(kind.clock),
        _start(file, kind),
        pauses(file, kind.clock_start),
        is_extended=is_extended(file),
    )
    is_owed = file.state in DUE
    return Due(
        on,
        is_paused=is_owed and on is None,
        is_overdue=is_owed and on is not None and on < today,
    )


def is_extended(file: RequestFile) -> bool:
    """Whether the requester was given notice that the answer takes longer."""
    return any(entry.step is Step.EXTEND for entry in file.entries)


def check_extension(file: RequestFile, kind: Kind, on: date) -> None:
    """Refuse an extension that comes too late, comes again, or that the rule does not know.

    Notice is given inside the first period (DPA 2018 s 54 as amended). Raises RequestStepError.
    """
    if kind.clock is None or clock_rule(kind.clock).extension is None:
        raise RequestStepError("A request of this kind cannot be extended.")
    if is_extended(file):
        raise RequestStepError(
            "This request has already been extended: it can only be extended once."
        )
    due = due_of(file, kind, on).on
    if due is not None and on > due:
        raise RequestStepError("The first period is over: notice had to be given before its end.")


def pauses(file: RequestFile, clock_start: ClockStart = ClockStart.RECEIPT) -> tuple[Pause, ...]:
    """Return the days from each question to its answer, both included; an open one has no end.

    Where the clock begins with the identity, proof that was asked for moves its start instead.
    """
    moves_start = clock_start is ClockStart.IDENTITY
    found: list[Pause] = []
    asked: date | None = None
    for entry in file.entries:
        if entry.step in _BEGINS:
            asked = entry.on
        elif moves_start and entry.step is Step.GIVE_IDENTITY:
            asked = None
        elif entry.step in _ENDS and asked is not None:
            found.append(Pause(asked, max(asked, entry.on)))
            asked = None
    return (*found, Pause(asked)) if asked is not None else tuple(found)


def _start(file: RequestFile, kind: Kind) -> date:
    shown = [entry.on for entry in file.entries if entry.step is Step.GIVE_IDENTITY]
    if kind.clock_start is ClockStart.IDENTITY and shown:
        return max(shown[-1], file.request.received_on)
    return file.request.received_on
