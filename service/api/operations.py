"""Liveness, readiness, metrics, and what each type of problem means.

No token is needed, and nothing is personal.
"""

import html
from typing import Literal

from fastapi import Request, Response
from starlette.responses import HTMLResponse

from domain import errors
from service.api.base import Answer
from service.api.bodies import IdInPath
from service.api.call_routes import CallRouter
from service.api.problems import PROBLEM_TYPES, ProblemType
from service.api.state import ServicesOf, StateOf


class LivenessAnswer(Answer):
    """The process is alive."""

    status: Literal["alive"]
    version: str
    """Version of the software."""


class ReadinessAnswer(Answer):
    """The service is ready."""

    status: Literal["ready"]
    index_generation: int
    """Number of the index generation that is searched."""


class ProblemTypeAnswer(Answer):
    """One problem type, explained."""

    code: str
    """Stable name of the problem type."""
    title: str
    """The problem in a few words; always the same for this problem type."""
    status: int
    """HTTP status."""
    explanation: str
    """When this problem occurs."""


class ProblemTypeListAnswer(Answer):
    """All problem types."""

    problems: tuple[ProblemTypeAnswer, ...]


router = CallRouter(tags=["operations"])

_EXPOSITION = "text/plain; version=1.0.0; charset=utf-8"


@router.get("/healthz")
async def get_liveness(services: ServicesOf) -> LivenessAnswer:
    """Answer that the process is alive; nothing else is checked."""
    return LivenessAnswer(status="alive", version=services.code_version)


@router.get("/readyz", errors.IndexNotReadyError, errors.LeavingError, errors.StateBehindError)
def get_readiness(services: ServicesOf, state: StateOf) -> ReadinessAnswer:
    """Answer whether the store can be read and written, and the index has all committed changes.

    During an outage the answer is the outage's problem, such as a full disk or missing keys. A
    server that was told to stop but still serves answers `leaving`.
    """
    if state.leaving.is_set():
        raise errors.LeavingError
    services.state.demand()
    try:
        services.gallery.catch_up()
    except errors.GalleryError as error:
        raise errors.IndexNotReadyError from error
    services.outages.look_again()
    for outage in services.outages.lasting():
        raise outage
    return ReadinessAnswer(status="ready", index_generation=services.gallery.index.generation)


@router.options("/readyz", include_in_schema=False, status_code=204)
def get_readiness_by_options(services: ServicesOf, state: StateOf) -> Response:
    """Answer a load balancer that checks by OPTIONS: 204 when ready, otherwise the problem."""
    get_readiness(services, state)
    return Response(status_code=204, headers={"Allow": "GET, HEAD, OPTIONS"})


@router.get("/metrics", response_class=Response)
def get_metrics(state: StateOf) -> Response:
    """Return the metrics in the Prometheus text format."""
    return Response(state.metrics.exposition(state.services), media_type=_EXPOSITION)


problems_router = CallRouter(prefix="/problems", tags=["operations"])


@problems_router.get("")
async def list_problem_types() -> ProblemTypeListAnswer:
    """Return every problem type."""
    return ProblemTypeListAnswer(problems=tuple(_answer(t) for t in PROBLEM_TYPES.values()))


@problems_router.get("/{code}", errors.NotFoundError, response_model=ProblemTypeAnswer)
async def get_problem_type(code: IdInPath, request: Request) -> ProblemTypeAnswer | Response:
    """Return the explanation of a problem type, as JSON, or as a page for a browser."""
    problem_type = errors.existing(PROBLEM_TYPES.get(code))
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_page(problem_type))
    return _answer(problem_type)


def _answer(problem_type: ProblemType) -> ProblemTypeAnswer:
    return ProblemTypeAnswer(
        code=problem_type.code,
        title=problem_type.title,
        status=problem_type.status,
        explanation=problem_type.explanation,
    )


def _page(problem_type: ProblemType) -> str:
    title, explanation = html.escape(problem_type.title), html.escape(problem_type.explanation)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1><p>{explanation}</p>"
        f"<p>HTTP status {problem_type.status}, code <code>{problem_type.code}</code>.</p>"
        "</main></body></html>"
    )


ROUTERS = (router, problems_router)
