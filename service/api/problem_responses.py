"""How errors of every origin become problem documents on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from domain.errors import InvalidInputError, LinkingError, NotFoundError
from service.api.outages import met
from service.api.problems import MEDIA_TYPE, problem_of
from service.api.refusals import FieldFault, MalformedRequestError, MethodNotAllowedError
from service.api.trace import current_request_id, note_problem

_MAX_FAULTS = 20


def problem_response(error: LinkingError, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as an HTTP answer, and note it for the request's line."""
    note_problem(error.code)
    problem = problem_of(error, request_id=current_request_id())
    return JSONResponse(
        problem.document,
        status_code=problem.status,
        headers={**problem.headers, **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def install_handlers(app: FastAPI) -> None:
    """Make every error of this application a problem document."""
    app.add_exception_handler(LinkingError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)


async def _refused(request: Request, error: Exception) -> Response:
    refusal, headers = met(request.app, error)
    return problem_response(refusal or LinkingError(), headers=headers)


async def _malformed(_request: Request, error: Exception) -> Response:
    """Parameters that are malformed; an id in the path that cannot exist is not found."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    if any(fault["loc"][0] == "path" for fault in faults):
        return problem_response(NotFoundError())
    return problem_response(MalformedRequestError(faults_of(faults)))


async def _http(_request: Request, error: Exception) -> Response:
    """Errors of the framework's own: an address or a method that does not exist."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    match status:
        case 404:
            return problem_response(NotFoundError())
        case 405:
            return problem_response(MethodNotAllowedError(), headers=headers)
        case _ if status < 500:
            return problem_response(InvalidInputError())
        case _:
            return problem_response(LinkingError())


def faults_of(errors: Sequence[Mapping[str, Any]]) -> tuple[FieldFault, ...]:
    """Return pydantic's findings without the input: their own words and the place."""
    return tuple(
        FieldFault(detail=f"{error['msg']}.", pointer=_pointer(error))
        for error in errors[:_MAX_FAULTS]
    )


def _pointer(error: Mapping[str, Any]) -> str:
    # The name of an unknown field was made up by the sender, so the pointer ends at its parent.
    place = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
