"""Routers of calls: a call names its refusals, and the documentation of all refusals follows."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from itertools import chain
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

    The problems that every call has, and those of a caller and of a JSON body, are added to them.
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
            told = others.get("responses", {}) | _problems(*_implied(function), *raised)
            return self.api_route(path, methods=[method], **others | {"responses": told})(function)

        return declare


def _implied(function: Callable[..., Any]) -> Refusals:
    """Return the problems of every call, and those that follow from its caller and JSON body."""
    needed = _dependencies(function)
    if not any(isinstance(one, Security) for one in needed):
        return _ALWAYS
    has_body = any(one.dependency in BODY_KINDS for one in needed)
    return (*_ALWAYS, *_OF_A_CALLER, *(BODY_ERRORS if has_body else ()))


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
