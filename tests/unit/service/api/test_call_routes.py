import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import Depends
from fastapi.routing import APIRoute

from domain.errors import NotFoundError
from domain.ids import LotId, RecordId
from service import usecases
from service.api.authentication import Searcher
from service.api.base import Body
from service.api.bodies import BodyOf
from service.api.call_routes import CallRouter
from service.usecases.conversion import lots
from service.usecases.conversion.deciding import lot_certificate
from service.usecases.people.records import record_claims


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


def _with_a_use_case(call: Searcher) -> None:
    """Use one by its name."""
    call.use(lot_certificate, LotId("lot"))


def _with_a_use_case_of_a_module(call: Searcher) -> None:
    """Use one by its module."""
    call.use(lots.frame_image, lots.FrameId("frame"))


def _with_a_use_case_that_refers_to_another(call: Searcher) -> None:
    """Use one whose docstring names another instead of its errors."""
    call.use(record_claims, RecordId("record"))


def test_a_call_refuses_what_the_docstrings_of_its_use_cases_name() -> None:
    router = CallRouter()
    for call in (
        *(_of_caller, _with_a_use_case, _with_a_use_case_of_a_module),
        _with_a_use_case_that_refers_to_another,
    ):
        router.get(f"/{call.__name__}")(call)

    told = [
        {*one.responses} & {404, 409, 410} for one in router.routes if isinstance(one, APIRoute)
    ]

    assert told == [set(), {404, 409}, {404, 410}, {404, 410}]


def test_every_error_that_a_docstring_of_a_use_case_names_exists() -> None:
    folder = Path(usecases.__file__).parent
    named = {name for file in folder.rglob("*.py") for name in _RAISED.findall(file.read_text())}
    known = {kind.__name__ for kind in _below(Exception)}

    assert len(named) > 50
    assert named - known == set()


_RAISED = re.compile(r"\b[A-Z]\w+Error\b")


def _below(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


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
