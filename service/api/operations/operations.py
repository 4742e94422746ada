"""Liveness, readiness and metrics of the service; no token is needed, and nothing is personal."""

from typing import Literal

from fastapi import APIRouter, Response

from domain.errors import GalleryError, IndexNotReadyError, LeavingError, StateBehindError
from service.api.base import Answer
from service.api.documentation import problems
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


router = APIRouter(tags=["operations"])

_EXPOSITION = "text/plain; version=1.0.0; charset=utf-8"


@router.get("/healthz", responses=problems())
async def get_liveness(services: ServicesOf) -> LivenessAnswer:
    """Answer that the process is alive; nothing else is checked."""
    return LivenessAnswer(status="alive", version=services.code_version)


@router.get("/readyz", responses=problems(IndexNotReadyError, LeavingError, StateBehindError))
def get_readiness(services: ServicesOf, state: StateOf) -> ReadinessAnswer:
    """Answer whether the store can be read and written, and the index has all committed changes.

    During an outage the answer is the outage's problem, such as a full disk or missing keys. A
    server that was told to stop but still serves answers `leaving`.
    """
    if state.leaving.is_set():
        raise LeavingError
    services.state.demand()
    try:
        services.gallery.catch_up()
    except GalleryError as error:
        raise IndexNotReadyError from error
    services.outages.look_again()
    for outage in services.outages.lasting():
        raise outage
    return ReadinessAnswer(status="ready", index_generation=services.gallery.index.generation)


@router.options("/readyz", include_in_schema=False, status_code=204)
def get_readiness_by_options(services: ServicesOf, state: StateOf) -> Response:
    """Answer a load balancer that checks by OPTIONS: 204 when ready, otherwise the problem."""
    get_readiness(services, state)
    return Response(status_code=204, headers={"Allow": "GET, HEAD, OPTIONS"})


@router.get("/metrics", response_class=Response, responses=problems())
def get_metrics(state: StateOf) -> Response:
    """Return the metrics in the Prometheus text format."""
    return Response(state.metrics.exposition(state.services), media_type=_EXPOSITION)
