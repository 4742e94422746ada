"""The form of a new search: files of prints, shown first, then searched with; or a capture file.

The page that shows what was read carries the files in a hidden field, so the server keeps nothing
before the search. A capture file is the JSON of the API's search without `search_type`:
`impressions`, optionally `details` and `images`: PNG pictures in base64 by finger. Details
typed into the form replace those of the file.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from domain.errors import InvalidInputError
from domain.prints.prints import FingerPosition, ImpressionType
from domain.searches.searches import SearchType
from service.api.bodies import read_json
from service.api.problems import MalformedJsonError
from service.api.searches.searches import SearchBody
from service.ports.print_images import kept_picture
from service.ports.print_reading import ReadPrint
from service.usecases.people.print_files import FileCapture, PrintNote, SentFile, capture_of_files
from service.usecases.print_desk import PrintDesk, TakenPrint
from service.web.forms import Form, Upload

CARRIED = "carried"
"""The hidden field with the files that were looked at."""

_FINGER = re.compile(r"(?:.*[^0-9])?(\d{1,2})(?:-(rolled|plain|latent))?\.\w{1,5}")
_MOST_BYTES = 5_000_000
"""Of all files: they come back in base64, and must not outgrow the limit of a body then."""

_SHOWN_PX = 260
"""The height of a picture on the page."""
_UNNAMED = "No finger is named. Name it in the name of the file: 2.png is a right index finger."

_WORSE, _BETTER = 30, 60
"""Qualities from which a print is called poor, fair and good."""


@dataclass(frozen=True, slots=True)
class ShownFinger:
    """One print as the page shows it."""

    title: str
    picture: str
    """A `data:` address of a smaller picture."""
    facts: str
    quality: str
    is_poor: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownCapture:
    """The prints read from the files."""

    fingers: tuple[ShownFinger, ...]
    left_out: tuple[str, ...]
    carried: str


def is_json(uploads: Sequence[Upload]) -> bool:
    """Whether the file is JSON in the API's format."""
    if len(uploads) != 1:
        return False
    return uploads[0].name.endswith(".json") or uploads[0].content.lstrip()[:1] == b"{"


def sent_files(form: Form) -> tuple[SentFile, ...]:
    """Return the files of the form, or those shown before. Raises InvalidInputError."""
    chosen = [one for one in form.uploads if one.field == "capture"]
    if sum(len(one.content) for one in chosen) > _MOST_BYTES:
        raise InvalidInputError(
            "The files are too large for this page: choose at most 5 MB, or use the API."
        )
    if chosen:
        return tuple(map(_sent, chosen))
    carried = form.fields.get(CARRIED, "")
    return _carried(carried) if carried else ()


def shown_capture(capture: FileCapture, files: Sequence[SentFile]) -> ShownCapture:
    """Return the capture as the page shows it."""
    fingers = tuple(_shown(one, capture.notes) for one in capture.prints)
    bare = tuple(
        ShownFinger(
            _title(one.position), "", f"{len(view.minutiae)} minutiae, no picture", "", False, ()
        )
        for one, view in capture.bare
    )
    left_out = tuple(_words(note) for note in capture.notes if note.is_left_out)
    return ShownCapture(fingers + bare, left_out, _carrying(files))


def read_files(desk: PrintDesk, files: Sequence[SentFile], kind: SearchType) -> FileCapture:
    """Return the capture in the files. Raises the errors of `capture_of_files`."""
    usual = ImpressionType.LATENT if kind.has_mark_probe else ImpressionType.PLAIN
    return capture_of_files(desk, files, usual)


def _sent(upload: Upload) -> SentFile:
    """Return a file. The name of an image states its finger: `2.png`, `7-rolled.wsq`."""
    found = _FINGER.fullmatch(upload.name.rpartition("/")[2])
    if found is None or int(found[1]) > FingerPosition.LEFT_LITTLE:
        return SentFile(upload.content)
    kind = ImpressionType(found[2]) if found[2] else None
    return SentFile(upload.content, FingerPosition(int(found[1])), kind)


def _carrying(files: Sequence[SentFile]) -> str:
    return json.dumps(
        [
            {
                "data": base64.b64encode(one.data).decode(),
                "position": None if one.position is None else int(one.position),
                "kind": one.impression_type,
            }
            for one in files
        ]
    )


def _carried(text: str) -> tuple[SentFile, ...]:
    try:
        return tuple(
            SentFile(
                base64.b64decode(one["data"], validate=True),
                None if one["position"] is None else FingerPosition(one["position"]),
                None if one["kind"] is None else ImpressionType(one["kind"]),
            )
            for one in json.loads(text)
        )
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise InvalidInputError("The files were not sent completely: choose them again.") from None


def _shown(one: TakenPrint, notes: Sequence[PrintNote]) -> ShownFinger:
    position, kind = one.impression.position, one.impression.impression_type
    step = max(1, one.source.pixels.shape[0] // _SHOWN_PX)
    smaller = kept_picture(_reduced(one, step))
    quality = one.minutiae.quality
    return ShownFinger(
        title=_title(position),
        picture="data:image/png;base64," + base64.b64encode(smaller).decode(),
        facts=f"{kind.value}, {one.source.ppi} pixels per inch, "
        f"{len(one.minutiae.minutiae)} minutiae",
        quality="quality not measured" if quality is None else _quality_words(quality),
        is_poor=quality is None or quality < _WORSE,
        notes=_notes_on(one, notes),
    )


def _notes_on(one: TakenPrint, notes: Sequence[PrintNote]) -> tuple[str, ...]:
    position, kind = one.impression.position, one.impression.impression_type
    found = tuple(n.words for n in notes if n.position is position and not n.is_left_out)
    is_unnamed = position is FingerPosition.UNKNOWN and kind is not ImpressionType.LATENT
    return (*found, _UNNAMED) if is_unnamed else found


def _reduced(one: TakenPrint, step: int) -> ReadPrint:
    return replace(one.source, pixels=np.ascontiguousarray(one.source.pixels[::step, ::step]))


def _quality_words(quality: int) -> str:
    words = "good" if quality >= _BETTER else "fair" if quality >= _WORSE else "poor"
    return f"quality {quality} of 100: {words}"


def _title(position: FingerPosition) -> str:
    return position.words.capitalize() if position else "Unknown finger"


def _words(note: PrintNote) -> str:
    where = ", ".join(part for part in (note.part, note.position and note.position.words) if part)
    return f"{where.capitalize()}: {note.words}" if where else note.words


_BY_FINGER = "The name of an image is not a finger position: use 0 to 10."
_NO_IMPRESSION = (
    "An image has no impression for its finger: add the impression, or leave out the image."
)
_POSITIONS = frozenset(str(int(position)) for position in FingerPosition)
_FIELDS = ("forename", "surname", "date_of_birth", "sex", "place_of_birth")


def read_submission(form: Form, search_type: SearchType) -> SearchBody:
    """Return the search of a form, as an API body. Raises InvalidInputError and its kinds."""
    capture = json_object(form.files["capture"])
    _give_images(capture.get("impressions"), capture.pop("images", {}))
    return _body(capture, form, search_type)


def read_details(form: Form, search_type: SearchType) -> SearchBody:
    """Return the search of a form with files of impressions. Raises `read_submission`'s errors."""
    return _body({}, form, search_type)


def _body(capture: dict[str, Any], form: Form, search_type: SearchType) -> SearchBody:
    typed: dict[str, Any] = {"search_type": search_type.value}
    said = said_details(form)
    if said:
        typed["details"] = said
    reference = form.text("reference")
    if reference:
        typed["reference"] = reference
    return read_json(SearchBody, json.dumps(capture | typed).encode())


def json_object(raw: bytes) -> dict[str, Any]:
    """Return the content of a file of a capture. Raises MalformedJsonError."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise MalformedJsonError("The file of the capture must be one JSON object in UTF-8.")
    return found


def _give_images(impressions: Any, images: Any) -> None:
    """Put each image, which is named by its finger, into the impression of that finger."""
    if not isinstance(images, dict) or not all(map(_is_image, images.items())):
        raise InvalidInputError(_BY_FINGER)
    found = {
        str(one.get("position")): one
        for one in (impressions if isinstance(impressions, list) else ())
        if isinstance(one, dict)
    }
    for position, data in images.items():
        if position not in found:
            raise InvalidInputError(_NO_IMPRESSION)
        found[position]["image"] = data


def _is_image(image: tuple[str, Any]) -> bool:
    position, data = image
    return position in _POSITIONS and isinstance(data, str)


def said_details(form: Form) -> dict[str, Any]:
    """Return the details typed about a person, as an API body; may be empty.

    A birth that is no date is a fault of its field.
    """
    given = {name: form.text(name) for name in _FIELDS}
    details: dict[str, Any] = {}
    if given["forename"] or given["surname"]:
        details["names"] = [{"forename": given["forename"], "surname": given["surname"]}]
    if given["date_of_birth"]:
        details["dates_of_birth"] = [form.birth("date_of_birth")]
    if given["sex"]:
        details["sex"] = given["sex"]
    if given["place_of_birth"]:
        details["place_of_birth"] = given["place_of_birth"]
    return details
