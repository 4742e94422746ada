"""Bodies and parameters of calls.

A body is JSON that is read strictly and only once, after the caller is known.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Header, Path, Query, Request
from pydantic import ValidationError
from python_multipart.multipart import parse_options_header

from domain.errors import InvalidInputError
from domain.events.catalogue import event_types, topics
from domain.ids import EventType, Topic
from domain.plain_text import SAID, UNSEEN, pointer_to_unseen
from service.api import problems
from service.api.base import Body
from service.api.problem_responses import faults_of
from service.api.state import state_of
from service.usecases.idempotency import IdempotencyKey

SomeBody = TypeVar("SomeBody", bound=Body)

_Pairs = list[tuple[str, Any]]

_PLAIN_KEY = "[A-Za-z0-9._:@/+=-]{1,200}"
_KEY_OF = re.compile(rf'(?:({_PLAIN_KEY})|"({_PLAIN_KEY})")').fullmatch
"""A key is a string of a structured field (draft-ietf-httpapi-idempotency-key-header).

Older clients leave out the quotation marks, and the key is the same.
"""


_MAY_HOLD_UNSEEN = re.compile(rf"[{UNSEEN}]|\\[bfu]").search

JSON = "application/json"
MULTIPART = "multipart/form-data"
BODY_READERS: dict[object, Callable[[bytes], object]] = {}
"""By the dependency that reads a body: the function that reads JSON (`DirectRoute`)."""
BODY_KINDS: dict[object, type[Body]] = {}
"""For each such dependency, the kind of body, for the documentation."""


@cache
def json_body(kind: type[SomeBody]) -> Callable[[Request], Awaitable[SomeBody]]:
    """Return a dependency that reads the request body into this type.

    It is resolved after the dependencies before it, so after the caller. It raises
    UnsupportedMediaTypeError, MalformedJsonError, MalformedRequestError, BodyTooLargeError.
    """

    async def _read(request: Request) -> SomeBody:
        if media_type_of(request) != JSON:
            raise problems.UnsupportedMediaTypeError
        return read_json(kind, await request.body())

    BODY_READERS[_read] = lambda raw: read_json(kind, raw)
    BODY_KINDS[_read] = kind
    return _read


if TYPE_CHECKING:
    BodyOf = Annotated[SomeBody, Depends()]
else:

    class BodyOf:
        """`BodyOf[Kind]` declares a call's JSON body, which is read and documented."""

        def __class_getitem__(cls, kind):
            return Annotated[kind, Depends(json_body(kind))]


def media_type_of(request: Request) -> str:
    """Return the media type of a body, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def read_json(kind: type[SomeBody], raw: bytes) -> SomeBody:
    """Return JSON as a value of this type. Raises MalformedJsonError, MalformedRequestError."""
    try:
        body = kind.model_validate_json(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if faults[0]["type"] == "json_invalid":
            raise problems.MalformedJsonError(
                "The body must be one JSON object in UTF-8."
            ) from None
        raise problems.MalformedRequestError(faults_of(faults)) from None
    text = raw.decode()
    if (repeated := repeated_name(text)) is not None:
        raise appears_twice(repeated)
    # The text is searched first, so that most bodies need not be parsed a second time.
    is_plain = raw.isascii() and b"\\" not in raw and b"\x7f" not in raw
    if not (is_plain or kind.reads_own_text) and _MAY_HOLD_UNSEEN(text):
        pointer = pointer_to_unseen(json.loads(text))
        if pointer is not None:
            raise problems.MalformedRequestError((problems.FieldFault(SAID, pointer),))
    return body


def appears_twice(pointer: str) -> problems.MalformedRequestError:
    """Return the error of a JSON object in which the name at this place appears twice."""
    return problems.MalformedRequestError(
        (problems.FieldFault("This name appears twice.", pointer),)
    )


async def _idempotency_key(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="A request with the same key and the same content is carried out"
            " only once. Write the key plain, or in quotation marks as in the IETF draft.",
            json_schema_extra={"pattern": f'^({_PLAIN_KEY}|"{_PLAIN_KEY}")$'},
        ),
    ] = None,
) -> IdempotencyKey | None:
    return None if key is None else idempotency_key(request, key, await request.body())


def idempotency_key(request: Request, key: str, raw: bytes) -> IdempotencyKey:
    """Return a caller's key for a request with this body; raises InvalidInputError."""
    found = _KEY_OF(key)
    if found is None:
        raise InvalidInputError(
            "The idempotency key is not valid: use 1 to 200 letters, digits or the"
            " characters . _ : @ / + = -."
        )
    sent = same_however_written(raw)
    if media_type_of(request) == MULTIPART:
        sent = same_however_divided(raw, request.headers["content-type"])
    parts = (request.method.encode(), request.url.path.encode(), sent)
    text = b"".join(piece for part in parts for piece in (len(part).to_bytes(8, "big"), part))
    return IdempotencyKey(found[1] or found[2], state_of(request).request_mac(text).hex())


def same_however_written(body: bytes) -> bytes:
    """Return JSON in one form: order of names, spaces, escapes and 1.0 for 1 make no difference.

    Anything but a single JSON value, such as the lines of a batch, is returned unchanged.
    """
    try:
        value = json.loads(body, parse_int=Decimal, parse_float=Decimal)
        return json.dumps(value, sort_keys=True, default=_number).encode()
    except (ValueError, ArithmeticError, RecursionError):
        return body


def same_however_divided(form: bytes, content_type: str) -> bytes:
    """Return a form without its boundary, which a client may draw anew for each attempt."""
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    return form.replace(boundary, b"") if boundary else form


def _number(number: Decimal) -> list[str]:
    return ["number", str(number.normalize())]


IdempotencyOf = Annotated[IdempotencyKey | None, Depends(_idempotency_key)]
"""The caller's key with the keyed digest of method, path and body."""


def repeated_name(text: str) -> str | None:
    """Return the JSON pointer of the first name that appears twice in an object, or None.

    Parsers disagree on which of the two counts, so a proxy or an auditor may read another request
    than we do (RFC 8259, section 4). `text` is valid JSON of a known shape: the pointer repeats
    names.
    """
    has_repeated = False

    def look(pairs: _Pairs) -> None:
        nonlocal has_repeated
        has_repeated = has_repeated or len(dict(pairs)) != len(pairs)

    # Values of numbers do not matter; an integer may have more digits than Python converts.
    json.loads(text, object_pairs_hook=look, parse_int=float)
    if not has_repeated:
        return None
    return _pointer(json.loads(text, object_pairs_hook=_Object, parse_int=float), "")


class _Object(_Pairs):
    """All members of an object, including repeated ones."""


def _pointer(value: Any, place: str) -> str:
    """Return the pointer of the first repeated name below `place`, or an empty text."""
    if not isinstance(value, list):
        return ""
    members = value if isinstance(value, _Object) else enumerate(value)
    seen: set[object] = set()
    for name, below in members:
        here = f"{place}/{str(name).replace('~', '~0').replace('/', '~1')}"
        if name in seen:
            return here
        seen.add(name)
        if found := _pointer(below, here):
            return found
    return ""


IdInPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="An id of this service.")
]
"""An id of impossible form is answered like an id that does not exist: not found."""

AgencyInPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9._-]{1,40}$", description="Code of an agency.")
]

Limit = Annotated[int, Query(ge=1, le=200, description="The most entries on a page.")]

Before = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z0-9._:=+/-]{1,200}$", description="`next_before` of the previous page."
    ),
]

After = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="`next_after` of the previous page."),
]

TaskInPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="`task_id` of a line of the queue.")
]

_REFERENCE = Query(
    pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/()#-]{0,63}$",
    description="Only entries with this reference of the client; upper and lower case are"
    " the same.",
)
ReferenceOf = Annotated[str, _REFERENCE]
ReferenceFilter = Annotated[str | None, _REFERENCE]


def _codes(name: str, meaning: str, words: Iterable[str]) -> type[StrEnum]:
    made: type[StrEnum] = StrEnum(name, [(word, word) for word in words])  # type: ignore[misc]
    made.__doc__ = meaning
    return made


# A type checker sees a code as the domain's own type; the API schema lists the codes that exist.
if TYPE_CHECKING:
    EventTypeCode = EventType
    TopicCode = Topic
else:
    EventTypeCode = _codes("EventType", "The type of an event.", event_types())
    TopicCode = _codes("Topic", "The topic of a message.", topics())
