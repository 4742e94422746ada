"""The state machine of requests, as data: each step, the states it connects, and who may take it.

Every kind of request has the same machine. `docs/requests.md` is drawn from `TRANSITIONS`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import RequestStepError


class RequestState(StrEnum):
    """The state of a request."""

    RECEIVED = "received"
    IDENTITY_WANTED = "identity wanted"
    READY = "ready"
    SEARCHING = "searching"
    DECIDING = "deciding"
    SECOND_READING = "second reading"
    RELEASED = "released"
    REFUSED = "refused"
    CLARIFICATION_WANTED = "clarification wanted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Step(StrEnum):
    """A step in the work on a request."""

    RECEIVE = "receive"
    WANT_IDENTITY = "want identity"
    """The requester must send proof of identity or a missing fact."""
    GIVE_IDENTITY = "give identity"
    ACCEPT = "accept"
    """The request is complete, and work on it may begin."""
    SEARCH = "search"
    """The person is searched for, by prints or by details."""
    IDENTIFY = "identify"
    """The outcome of the search, or of checking the documents, is recorded."""
    COMPUTE = "compute"
    """The convictions held, and those that may be disclosed, are computed again."""
    ASK = "ask"
    """The requester is asked a question. The rule of the clock decides whether the clock stops."""
    ANSWER = "answer"
    PROPOSE = "propose"
    """The owner proposes a decision, and a second person must agree."""
    DECIDE = "decide"
    """The owner decides without a second person, in kinds of request that allow it."""
    AGREE = "agree"
    DISAGREE = "disagree"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    """The requester did not answer in time."""
    REOPEN = "reopen"
    EXTEND = "extend"
    """The requester is notified, with reasons, that the answer will take longer."""
    ASK_FEE = "ask fee"
    TAKE_FEE = "take fee"
    """The requester has paid."""
    WAIVE_FEE = "waive fee"
    REFUND_FEE = "refund fee"


class Taker(StrEnum):
    """The person who may take a step."""

    OFFICER = "officer"
    """Any case officer."""
    SECOND = "second"
    """A case officer other than the one who proposed."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: the states in which it may be taken, and the states to which it may lead."""

    step: Step
    before: frozenset[RequestState]
    after: tuple[RequestState, ...]
    """Several if the content of the step decides; empty if the state does not change."""
    taker: Taker = Taker.OFFICER


_S = RequestState
FIRST = _S.RECEIVED
"""The state of a request that has just been received."""
IN_WORK = frozenset({_S.RECEIVED, _S.READY, _S.SEARCHING, _S.DECIDING})
WAITING = frozenset({_S.IDENTITY_WANTED, _S.CLARIFICATION_WANTED})
"""States in which the requester must act."""
DECIDED = frozenset({_S.RELEASED, _S.REFUSED})
ENDED = frozenset({_S.CLOSED, _S.WITHDRAWN, _S.LAPSED})
OPEN = frozenset(_S) - ENDED
DUE = OPEN - DECIDED
"""States in which an answer is still due."""
FEE_STEPS = (Step.ASK_FEE, Step.TAKE_FEE, Step.WAIVE_FEE, Step.REFUND_FEE)
"""Steps about a fee. They state an amount and do not change the state."""
_FEES_IN = (DUE - {_S.SECOND_READING, _S.CLARIFICATION_WANTED}) | ENDED
"""Not where the last entry is a proposal, a decision or a question that others read."""


def _transition(
    step: Step, before: Iterable[RequestState], *after: RequestState, taker: Taker = Taker.OFFICER
) -> Transition:
    return Transition(step, frozenset(before), after, taker)


TRANSITIONS: tuple[Transition, ...] = (
    _transition(Step.WANT_IDENTITY, {_S.RECEIVED, _S.READY, _S.DECIDING}, _S.IDENTITY_WANTED),
    _transition(Step.GIVE_IDENTITY, {_S.IDENTITY_WANTED}, _S.READY),
    _transition(Step.ACCEPT, {_S.RECEIVED}, _S.READY),
    _transition(Step.SEARCH, {_S.READY}, _S.SEARCHING),
    _transition(Step.IDENTIFY, {_S.SEARCHING}, _S.DECIDING),
    _transition(Step.COMPUTE, {_S.DECIDING}, _S.DECIDING),
    _transition(Step.ASK, IN_WORK, _S.CLARIFICATION_WANTED),
    _transition(Step.ANSWER, {_S.CLARIFICATION_WANTED}, _S.READY),
    _transition(Step.PROPOSE, {_S.DECIDING}, _S.SECOND_READING),
    _transition(Step.DECIDE, {_S.DECIDING}, _S.RELEASED, _S.REFUSED),
    _transition(Step.AGREE, {_S.SECOND_READING}, _S.RELEASED, _S.REFUSED, taker=Taker.SECOND),
    _transition(Step.DISAGREE, {_S.SECOND_READING}, _S.DECIDING, taker=Taker.SECOND),
    _transition(Step.CLOSE, DECIDED, _S.CLOSED),
    _transition(Step.WITHDRAW, OPEN - DECIDED, _S.WITHDRAWN),
    _transition(Step.LAPSE, WAITING, _S.LAPSED),
    _transition(Step.REOPEN, {_S.LAPSED}, _S.READY),
    _transition(Step.EXTEND, IN_WORK | {_S.SECOND_READING}),
    *(_transition(one, _FEES_IN) for one in FEE_STEPS),
)
"""The whole machine. `Step.RECEIVE` creates the request and leads to `FIRST`."""

_BY_STEP = {one.step: one for one in TRANSITIONS}


def transition(step: Step, before: RequestState) -> Transition:
    """Return the transition of a step. Raises RequestStepError if it cannot be taken."""
    found = _BY_STEP.get(step)
    if found is None or before not in found.before:
        raise RequestStepError(
            f"The request is in the state “{before.value}”, which does not allow the "
            f"step “{step.value}”."
        )
    return found


def after(step: Step, before: RequestState, wanted: RequestState | None = None) -> RequestState:
    """Return the state to which a step leads. `wanted` chooses among several.

    Raises RequestStepError if the step cannot be taken or does not lead to that state.
    """
    leads_to = transition(step, before).after
    if not leads_to:
        return before
    if wanted is None and len(leads_to) == 1:
        return leads_to[0]
    if wanted not in leads_to:
        raise RequestStepError(
            f"The step “{step.value}” does not lead to the state that was "
            f"chosen: choose another state."
        )
    return wanted


def open_steps(state: RequestState) -> tuple[Step, ...]:
    """Return the steps that may be taken in a state, in the order of the machine."""
    return tuple(one.step for one in TRANSITIONS if state in one.before)
