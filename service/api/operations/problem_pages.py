"""Explanations of the problem types, at the addresses in `type` of a problem document."""

import html

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from domain.errors import NotFoundError
from service.api.documentation import problems
from service.api.operations.operations import ProblemTypeAnswer, ProblemTypeListAnswer
from service.api.parameters import IdInPath
from service.api.problems import PROBLEM_TYPES, ProblemType

router = APIRouter(prefix="/problems", tags=["operations"])


@router.get("", responses=problems())
async def list_problem_types() -> ProblemTypeListAnswer:
    """Return every problem type."""
    return ProblemTypeListAnswer(problems=tuple(_answer(t) for t in PROBLEM_TYPES.values()))


@router.get("/{code}", response_model=ProblemTypeAnswer, responses=problems(NotFoundError))
async def get_problem_type(code: IdInPath, request: Request) -> ProblemTypeAnswer | Response:
    """Return the explanation of a problem type, as JSON, or as a page for a browser."""
    problem_type = PROBLEM_TYPES.get(code)
    if problem_type is None:
        raise NotFoundError
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
