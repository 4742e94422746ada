"""How errors of every origin are answered as problem documents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route

from domain.errors import (
    InvalidInputError,
    LinkingError,
    NotAuthenticatedError,
    NotFoundError,
    NotPermittedError,
    StoreUnavailableError,
)
from service.api import problems
from service.api.trace import current_request_id, note_problem
from service.live.outages import Outages
from service.outages import outage_of

_MAX_FAULTS = 20


def met(app: FastAPI, error: Exception) -> tuple[LinkingError | None, dict[str, str]]:
    """Return the problem that describes an error, and its headers; None if no problem describes
    it.

    If the error is an outage, it is also added to the outages of this process.
    """
    outage = outage_of(error)
    if outage is None:
        return (error if isinstance(error, LinkingError) else None), {}
    outages: Outages = app.state.api.services.outages
    outages.report(outage)
    return outage, retry_header(outages, outage)


def retry_header(outages: Outages, outage: StoreUnavailableError) -> dict[str, str]:
    """Return the header that states when to try again."""
    return {"Retry-After": str(outages.retry_after_s(outage))}


def problem_response(error: LinkingError, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as an HTTP answer, and note its code for the request's log line."""
    note_problem(error.code)
    problem = problems.problem_of(error, request_id=current_request_id())
    return JSONResponse(
        problem.document,
        status_code=problem.status,
        headers={**problem.headers, **(headers or {})},
        media_type=problems.MEDIA_TYPE,
    )


def install_handlers(app: FastAPI) -> None:
    """Make this application answer every error with a problem document."""
    app.add_exception_handler(LinkingError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)


async def _refused(request: Request, error: Exception) -> Response:
    refusal, headers = met(request.app, error)
    return problem_response(
        refusal or LinkingError(), headers={**headers, **_challenge(request, error)}
    )


def _challenge(request: Request, error: Exception) -> dict[str, str]:
    """Return the fault of the token that was sent (RFC 6750, section 3)."""
    has_token = request.headers.get("authorization", "").lower().startswith("bearer ")
    match error:
        case NotAuthenticatedError() if has_token:
            return {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        case NotPermittedError() if has_token:
            return {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
    return {}


async def _malformed(_request: Request, error: Exception) -> Response:
    """Answer malformed parameters; an id in the path with an impossible form is not found."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    if any(fault["loc"][0] == "path" for fault in faults):
        return problem_response(NotFoundError())
    return problem_response(problems.MalformedRequestError(faults_of(faults)))


async def _http(request: Request, error: Exception) -> Response:
    """Answer the framework's own errors: an address or a method that does not exist."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    match status:
        case 404:
            return problem_response(NotFoundError())
        case 405:
            return _of_other_method(request)
        case _ if status < 500:
            return problem_response(InvalidInputError())
        case _:
            return problem_response(LinkingError())


def _of_other_method(request: Request) -> Response:
    """Answer OPTIONS with the methods of the address; refuse other methods with the same list."""
    headers = {"Allow": ", ".join(sorted(_methods_of(request)))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return problem_response(problems.MethodNotAllowedError(), headers=headers)


def _methods_of(request: Request) -> set[str]:
    """Return the methods of every route that has this address: each route has one method."""
    found = {
        method
        for route in routes_of(request.app)
        if route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set())


def routes_of(app: FastAPI) -> Iterator[Route]:
    """Yield all routes, including those of included routers; ours have no include prefix."""
    return _flat(app.routes)


def _flat(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is not None:
            yield from _flat(router.routes)
        elif isinstance(route, Route):
            yield route


def faults_of(errors: Sequence[Mapping[str, Any]]) -> tuple[problems.FieldFault, ...]:
    """Return pydantic's errors without the input: only its messages and the places."""
    return tuple(
        problems.FieldFault(
            detail=f"{error['msg']}.",
            pointer=_pointer(error),
            words=_words(error),
        )
        for error in errors[:_MAX_FAULTS]
    )


def _words(error: Mapping[str, Any]) -> str:
    """Return a fault in the words of a form; a pattern would not help there."""
    if error["type"] == "string_pattern_mismatch":
        return "Check the spelling: letters, digits or signs are not where they should be."
    if error["type"] in {"string_too_short", "string_too_long"}:
        return f"Write {error['msg'].removeprefix('String should have ')}."
    return ""


def _pointer(error: Mapping[str, Any]) -> str:
    # The sender made up the name of an unknown field, so the pointer ends at its parent.
    place = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
