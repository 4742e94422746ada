"""Bodies with a capture: JSON, or a form with JSON and files (multipart/form-data)."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Request
from pydantic import Field
from starlette.datastructures import FormData, UploadFile

from domain.errors import InvalidInputError
from domain.prints.prints import FingerPosition, ImpressionType
from service.api import bodies
from service.api.base import Answer, Body
from service.api.problems import MalformedJsonError, UnsupportedMediaTypeError
from service.api.shapes import shows
from service.usecases.people.print_files import PrintNote, SentFile

CaptureBody = TypeVar("CaptureBody", bound=Body)

MOST_FILES = 40
REQUEST_PART, FILE_PART = "request", "file"
_FINGER = re.compile(r"finger-(\d{1,2})(?:-(rolled|plain|latent))?")


@dataclass(frozen=True, slots=True, eq=False)
class Sent(Generic[CaptureBody]):
    """A body, and the files sent with it."""

    body: CaptureBody
    files: tuple[SentFile, ...] = ()


@shows(PrintNote)
class PrintNoteAnswer(Answer):
    """A remark about one print of a capture that was sent as files."""


Notes = Annotated[
    tuple[PrintNoteAnswer, ...],
    Field(
        default=(),
        description="For a capture with pictures: prints that were left out, how prints"
        " were read, and doubts about pictures, quality, resolution and the order of fingers.",
    ),
]


def capture_body(kind: type[CaptureBody]) -> Callable[[Request], Awaitable[Sent[CaptureBody]]]:
    """Return a dependency that reads the request body into this type, with its files.

    A form has the part `request` (the JSON without impressions) and files: `file` for transactions
    and records, `finger-N` or `finger-N-rolled` for the image of one finger. The dependency raises
    UnsupportedMediaTypeError, MalformedJsonError, MalformedRequestError, InvalidInputError.
    """

    async def _read(request: Request) -> Sent[CaptureBody]:
        media_type, raw = bodies.media_type_of(request), await request.body()
        if media_type == bodies.JSON:
            return Sent(bodies.read_json(kind, raw))
        if media_type != bodies.MULTIPART:
            raise UnsupportedMediaTypeError
        async with request.form(max_files=MOST_FILES, max_fields=10) as form:
            return Sent(bodies.read_json(kind, _request_part(form)), await _files(form))

    bodies.BODY_READERS[_read] = lambda raw: Sent(bodies.read_json(kind, raw))
    return _read


def _request_part(form: FormData) -> bytes:
    """Return the JSON of a form, without impressions: these are sent as files."""
    text = form.get(REQUEST_PART)
    try:
        found: Any = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise MalformedJsonError("The part `request` of the form must be one JSON object.")
    if (repeated := bodies.repeated_name(str(text))) is not None:
        raise bodies.appears_twice(repeated)
    if found.get("impressions"):
        raise InvalidInputError("Send impressions as JSON or as files, not both.")
    return json.dumps({**found, "impressions": []}).encode()


async def _files(form: FormData) -> tuple[SentFile, ...]:
    found: list[SentFile] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            found.append(sent_file(name, await value.read()))
        elif name != REQUEST_PART:
            raise InvalidInputError(
                "The form has a part that is neither a file nor `request`: remove it."
            )
    if not found:
        raise InvalidInputError("The form has no file: add one as `file`, or one for each finger.")
    return tuple(found)


def sent_file(name: str, data: bytes) -> SentFile:
    """Return a file, given the name of its part; raises InvalidInputError for other names."""
    if name == FILE_PART:
        return SentFile(data)
    finger = _FINGER.fullmatch(name)
    if finger is None or int(finger[1]) > FingerPosition.LEFT_LITTLE:
        raise InvalidInputError(
            "A file in the form has an unknown name: use `file`, or a finger and an impression, "
            "such as `finger-3-rolled` (0 to 10; rolled, plain or latent)."
        )
    kind = ImpressionType(finger[2]) if finger[2] else None
    return SentFile(data, FingerPosition(int(finger[1])), kind)
