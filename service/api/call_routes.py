"""Routers of calls: the documentation of refusals follows from what use cases say they raise."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from types import FunctionType, ModuleType
from typing import Any, get_type_hints

from fastapi import APIRouter
from fastapi.params import Depends, Security
from fastapi.types import DecoratedCallable

from domain import errors
from domain.outages import OUTAGES
from service.api import problems as refused
from service.api.bodies import BODY_KINDS
from service.api.problems import MEDIA_TYPE, STATUSES

Refusal = type[errors.LinkingError]
Refusals = tuple[Refusal, ...]
Responses = dict[int | str, dict[str, Any]]

_ALWAYS: Refusals = (errors.LinkingError, refused.BodyTooLargeError, *OUTAGES)
_OF_A_CALLER: Refusals = (
    errors.NotAuthenticatedError,
    errors.ProviderUnavailableError,
    errors.StateBehindError,
    errors.NotPermittedError,
    errors.MissingPurposeError,
    errors.RateLimitedError,
    errors.InvalidInputError,
    refused.MalformedRequestError,
)
BODY_ERRORS: Refusals = (
    refused.MalformedJsonError,
    refused.MalformedEncodingError,
    refused.UnsupportedMediaTypeError,
    refused.UnsupportedEncodingError,
)
"""The problems of a call with a JSON body; those of a `BodyOf` are added by themselves."""

INDEX_ERRORS: Refusals = (
    errors.IndexNotReadyError,
    errors.IndexDamagedError,
    errors.GalleryIncompleteError,
)
"""The problems that a call with a search can answer with."""

CAPTURE_ERRORS: Refusals = (
    errors.EmptyProbeError,
    errors.InvalidTemplateError,
    errors.UnknownTemplateFormatError,
    errors.DuplicatePositionError,
    errors.InvalidMinutiaeError,
    errors.UnreadablePrintError,
    errors.PrintsBusyError,
    errors.InvalidQualityError,
    *INDEX_ERRORS,
)
"""The problems that a call with a capture (templates, pictures or minutiae) can answer with."""


class CallRouter(APIRouter):
    """A router whose calls name the problems of their own, after the path.

    Added to them are the problems that every call has, those of a caller and of a JSON body, and
    those that the docstrings of its use cases name.
    """

    def get(
        self, path: str, *raised: Refusal, **others: Any
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a call that reads."""
        return self._documented("GET", path, raised, others)

    def post(
        self, path: str, *raised: Refusal, **others: Any
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a call that does something."""
        return self._documented("POST", path, raised, others)

    def delete(
        self, path: str, *raised: Refusal, **others: Any
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a call that removes something."""
        return self._documented("DELETE", path, raised, others)

    def _documented(
        self, method: str, path: str, raised: Refusals, others: dict[str, Any]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        def declare(function: DecoratedCallable) -> DecoratedCallable:
            told = others.get("responses", {}) | _problems(
                *_implied(function), *raised, *_told(function)
            )
            return self.api_route(path, methods=[method], **others | {"responses": told})(function)

        return declare


def _implied(function: Callable[..., Any]) -> Refusals:
    """Return the problems of every call, and those that follow from its caller and JSON body."""
    needed = _dependencies(function)
    if not any(isinstance(one, Security) for one in needed):
        return _ALWAYS
    has_body = any(one.dependency in BODY_KINDS for one in needed)
    return (*_ALWAYS, *_OF_A_CALLER, *(BODY_ERRORS if has_body else ()))


def _told(function: Callable[..., Any]) -> Iterator[Refusal]:
    """Yield the problems that the use cases of a call say they raise."""
    return chain.from_iterable(map(_raised, _use_cases(function)))


def _raised(use_case: Callable[..., Any]) -> Iterator[Refusal]:
    """Yield the problems that a docstring names, and those of the functions to which it refers."""
    text = " ".join((use_case.__doc__ or "").split())
    yield from (_BY_NAME[name] for name in _IS_ERROR.findall(text) if name in _BY_NAME)
    for name in _HAS_ERRORS.findall(text):
        yield from _raised(use_case.__globals__[name])


_IS_ERROR = re.compile(r"\b\w+Error\b")
_HAS_ERRORS = re.compile(r"errors (?:of|as) `(\w+)`")
_BY_NAME = {kind.__name__: kind for kind in STATUSES}


def _use_cases(function: Callable[..., Any]) -> Iterator[FunctionType]:
    """Yield the use cases that the code of a call names, directly or in their module."""
    names = function.__code__.co_names
    named = [function.__globals__.get(name) for name in names]
    modules = [one for one in named if isinstance(one, ModuleType)]
    within = [getattr(one, name, None) for one in modules for name in names]
    for one in (*named, *within):
        if isinstance(one, FunctionType) and one.__module__.startswith("service.usecases."):
            yield one


@cache
def _dependencies(function: Callable[..., Any]) -> tuple[Depends, ...]:
    """Return the dependencies of a call, and theirs."""
    hints = get_type_hints(function, include_extras=True).values()
    notes = [note for hint in hints for note in getattr(hint, "__metadata__", ())]
    found = [note for note in notes if isinstance(note, Depends)]
    behind = [_dependencies(one.dependency) for one in found if one.dependency]
    return tuple(chain(found, *behind))


def _problems(*kinds: Refusal) -> Responses:
    codes: dict[int, list[str]] = defaultdict(list)
    for kind in dict.fromkeys(kinds):
        codes[STATUSES[kind]].append(kind.code)
    return {status: _problem(codes[status]) for status in sorted(codes)}


def _problem(codes: list[str]) -> dict[str, Any]:
    return {
        "description": "Problem: " + ", ".join(f"`{code}`" for code in codes) + ".",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}},
    }


def found_at(status: int) -> Responses:
    """Return the documentation of an answer with `Location`, the address of what was created."""
    location = {
        "description": "The address of what was created.",
        "schema": {"type": "string", "format": "uri-reference"},
    }
    return {status: {"headers": {"Location": location}}}


_BINARY = {"schema": {"type": "string", "format": "binary"}}


def file_of(words: str, *media_types: str, told: Mapping[str, Any] = _BINARY) -> Responses:
    """Return the documentation of an answer that is a file: what it is in words, and its types.

    `told`: what is said of the content of each type.
    """
    return {200: {"description": words, "content": dict.fromkeys(media_types, told)}}
