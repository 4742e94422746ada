"""A search as a force's form sends it: a file of the capture, and what the person said.

The file is the JSON that the API takes for a search, `search_type` left out: `impressions`,
perhaps `details`, and perhaps `images`, PNG pictures in base64 by finger position. What is typed
into the form stands in for the details of the file.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, replace
from typing import Any

from domain.access import Caller
from domain.errors import InvalidInputError, InvalidMinutiaeError
from domain.searches import SearchType
from prints.print_format import PrintFormat
from service.adapters.print_images import check_image, size_of
from service.api.bodies import read_json
from service.api.refusals import MalformedJsonError
from service.api.searches.searches_schemas import SearchBody
from service.usecases.searches.searching import SubmitSearch
from service.web.forms import Form

_FIELDS = ("forename", "surname", "date_of_birth", "sex", "place_of_birth")


@dataclass(frozen=True, slots=True)
class Submission:
    """A search as the API knows it, and its pictures by finger position."""

    body: SearchBody
    images: tuple[tuple[int, bytes], ...]

    def to_command(self, caller: Caller, fmt: PrintFormat) -> SubmitSearch:
        """Return the command with its pictures; raises InvalidInputError and its kinds.

        Minutiae that come with a picture are those of that picture: of the same size.
        """
        command = self.body.to_command(caller, None, fmt)
        sizes = {position: size_of(png) for position, png in self.images}
        for view in command.minutiae:
            size = (view.width_px, view.height_px)
            if sizes.get(int(view.position), size) != size:
                raise InvalidMinutiaeError("The record states another size than its picture has.")
        return replace(command, images=self.images)


def read_submission(form: Form, search_type: SearchType) -> Submission:
    """Return what a form asks for; raises InvalidInputError and its kinds."""
    capture = _json_object(form.files["capture"])
    images = _images(capture.pop("images", {}))
    capture["search_type"] = search_type.value
    said = said_details(form)
    if said:
        capture["details"] = said
    return Submission(read_json(SearchBody, json.dumps(capture).encode()), images)


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise MalformedJsonError("The file of the capture is one JSON object in UTF-8.")
    return found


def _images(found: Any) -> tuple[tuple[int, bytes], ...]:
    if not isinstance(found, dict) or len(found) > 10:
        raise InvalidInputError("The images of a capture are named by finger position.")
    return tuple(_image(position, data) for position, data in sorted(found.items()))


def _image(position: str, data: Any) -> tuple[int, bytes]:
    if position not in {str(number) for number in range(11)} or not isinstance(data, str):
        raise InvalidInputError("The images of a capture are named by finger position.")
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError("An image of a capture is base64 with padding.") from None
    return int(position), check_image(raw)


def said_details(form: Form) -> dict[str, Any]:
    """Return what was typed of a person, in the form of the API; empty when nothing was."""
    given = {name: form.text(name) for name in _FIELDS}
    details: dict[str, Any] = {}
    if given["forename"] or given["surname"]:
        details["names"] = [{"forename": given["forename"], "surname": given["surname"]}]
    if given["date_of_birth"]:
        details["dates_of_birth"] = [given["date_of_birth"]]
    if given["sex"]:
        details["sex"] = given["sex"]
    if given["place_of_birth"]:
        details["place_of_birth"] = given["place_of_birth"]
    return details
