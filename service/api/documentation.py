"""The OpenAPI document: every endpoint with its body, its answers and its problems."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from service.api.base import Answer, Body
from service.api.bodies import BODY_KINDS
from service.api.problem_responses import routes_of
from service.api.teaching.finishing import finish

_SCHEMAS = "#/components/schemas/"


class FaultAnswer(Answer):
    """The fault of one field."""

    detail: str
    """What is wrong and what to do; it never repeats what was sent."""
    pointer: str
    """JSON pointer (RFC 6901) to the field, or the place and name of a parameter."""


class ProblemAnswer(Answer):
    """A problem document (RFC 9457)."""

    type: str = Field(description="`/problems/CODE`: a stable address that explains the problem.")
    title: str
    """The problem in a few words; always the same for this problem type."""
    status: int
    """HTTP status."""
    detail: str
    """What is wrong and what to do; it never repeats what was sent."""
    instance: str = Field(description="The id of the request, as in X-Request-Id.")
    errors: tuple[FaultAnswer, ...] = ()
    """The faults of single fields, if there are any."""


def _takes(kind: type[Body]) -> dict[str, Any]:
    """Return the documentation of a call that takes a JSON body of this kind."""
    schema = kind.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def takes_capture(kind: type[Body]) -> dict[str, Any]:
    """Return the documentation of a body of this kind: JSON, or JSON and files of prints."""
    described = _takes(kind)
    described["requestBody"]["content"]["multipart/form-data"] = {
        "schema": {
            "type": "object",
            "description": "The JSON without impressions as `request`, and files: `file`"
            " for ANSI/NIST-ITL transactions and ISO/IEC 19794 records, `finger-N` for an"
            " image of finger N (0 unknown), optionally with `-rolled`, `-plain` or `-latent`.",
            "properties": {
                "request": {"type": "string", "contentMediaType": "application/json"},
                "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
            },
            "required": ["request"],
            "additionalProperties": {"type": "string", "format": "binary"},
        }
    }
    return described


def install_documentation(app: FastAPI, *, prefix: str = "") -> None:
    """Make the application answer with the finished OpenAPI document at `/openapi.json`.

    `prefix` is the path under which callers reach the application.
    """

    def _openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, prefix=prefix)
        return app.openapi_schema

    @cache
    def _body() -> bytes:
        return bytes(JSONResponse(app.openapi()).body)

    # In a thread: the first answer takes a second, in which FastAPI's own would hold up all calls.
    def _show(_request: Request) -> Response:
        return Response(_body(), media_type="application/json")

    app.openapi = _openapi  # type: ignore[method-assign] # the way FastAPI documents
    app.add_route("/openapi.json", _show, include_in_schema=False)


def _document(app: FastAPI, *, prefix: str) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for kind in (ProblemAnswer, FaultAnswer):
        schema = kind.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}")
        schema.pop("$defs", None)
        schemas[kind.__name__] = schema
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    bodies = {route.name: kind for route in routes_of(app) for kind in _bodies(route)}
    for operations in document["paths"].values():
        for operation in operations.values():
            if operation["operationId"] in bodies:
                taken = _takes(bodies[operation["operationId"]])
                operation.update(jsonable_encoder(taken, exclude_none=True))
            _hoist(operation, schemas)
            _drop_default_problem(operation)
            _require_purpose(operation)
    finish(document, prefix=prefix)
    return document


def _bodies(route: Route) -> Iterator[type[Body]]:
    """Yield the kind of JSON body that a call takes, if any."""
    if isinstance(route, APIRoute):
        for one in route.dependant.dependencies:
            if one.call in BODY_KINDS:
                yield BODY_KINDS[one.call]


def _drop_default_problem(operation: dict[str, Any]) -> None:
    """Remove the framework's default 422 answer, which this service never gives."""
    if "application/json" in operation["responses"].get("422", {}).get("content", {}):
        del operation["responses"]["422"]


def _hoist(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Move the schemas that a body defines inside itself to the list of all schemas."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is None:
        return
    schema = body["schema"]
    for name, told in ({schema["title"]: schema} | schema.pop("$defs", {})).items():
        # Two types with the same name would get each other's fields in the documentation.
        if schemas.setdefault(name, told) != told:
            raise ValueError(f"Two types are named {name}: rename one of them.")
    body["schema"] = {"$ref": f"{_SCHEMAS}{schema['title']}"}


def _require_purpose(operation: dict[str, Any]) -> None:
    """State that a purpose is required; a missing purpose has a problem type of its own."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "X-Purpose":
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "enum": parameter["schema"]["enum"]}
