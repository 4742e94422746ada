from typing import Annotated

from fastapi import Depends
from fastapi.routing import APIRoute

from domain.errors import NotFoundError
from service.api.authentication import Searcher
from service.api.base import Body
from service.api.bodies import BodyOf
from service.api.call_routes import CallRouter


class SomeBody(Body):
    """A body."""


def _behind(call: Searcher) -> str:
    return call.caller.request_id


def _public() -> None:
    """Answer everybody."""


def _of_caller(call: Searcher) -> None:
    """Answer a caller."""


def _of_caller_behind(access: Annotated[str, Depends(_behind)]) -> None:
    """Answer a caller whom another dependency reads."""


def _with_body(call: Searcher, body: BodyOf[SomeBody]) -> None:
    """Answer a caller who sends a body."""


def test_refusals_of_a_caller_and_of_a_body_follow_from_the_parameters() -> None:
    router = CallRouter()
    for call in (_public, _of_caller, _of_caller_behind, _with_body):
        router.post(f"/{call.__name__}", NotFoundError)(call)

    told = [{*one.responses} for one in router.routes if isinstance(one, APIRoute)]

    assert all({404, 413, 500, 503} <= statuses for statuses in told)
    assert [401 in statuses for statuses in told] == [False, True, True, True]
    assert [415 in statuses for statuses in told] == [False, False, False, True]


def test_what_a_call_says_of_its_other_answers_is_kept() -> None:
    router = CallRouter()
    router.get("/one", responses={204: {"description": "Nothing is left."}})(_of_caller)

    (route,) = [one for one in router.routes if isinstance(one, APIRoute)]

    assert route.responses[204] == {"description": "Nothing is left."}
    assert 401 in route.responses
