"""The refusal of a call, put on record before it is answered."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from domain.access import Caller, Purpose
from service.api.problem_responses import met
from service.api.problems import PROBLEM_TYPES
from service.api.trace import RequestTrace
from service.live.refusals import Refusal
from service.usecases.log.refused_calls import record_refusal
from service.usecases.workbench import ROLE_PURPOSES

_RECORDED = frozenset(
    code for code, kind in PROBLEM_TYPES.items() if kind.status in {401, 403, 404}
)
"""The problems that say that the caller may not, or that there is no such thing for them."""


async def note_refusal(scope: Scope, trace: RequestTrace) -> None:
    """Put the refusal of a known account on record; the answer does not wait for an outage.

    What cannot be written now is kept and written with the next. An unknown caller leaves the
    line of the request alone.
    """
    if trace.actor is None or trace.problem not in _RECORDED:
        return
    try:
        purpose = Purpose(trace.purpose)
    except ValueError:
        purpose = ROLE_PURPOSES[trace.actor.role]
    refusal = Refusal(
        Caller(trace.actor, purpose, request_id=trace.request_id),
        scope["method"],
        getattr(scope.get("route"), "path", ""),
        trace.problem,
    )
    try:
        await run_in_threadpool(record_refusal, scope["app"].state.api.services, refusal)
    except Exception as error:  # noqa: BLE001 - a refusal shows nothing: it is answered all the same
        met(scope["app"], error)
