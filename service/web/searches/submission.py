"""A search as a force's form sends it: a capture file, and the stated details.

The file is the JSON of the API's search without `search_type`: `impressions`, optionally
`details`, and optionally `images`: PNG pictures in base64 by finger position, which are put into
the impressions. Details typed into the form replace the details of the file.
"""

import json
from typing import Any

from domain.errors import InvalidInputError
from domain.prints.prints import FingerPosition
from domain.searches.searches import SearchType
from service.api.bodies import read_json
from service.api.refusals import MalformedJsonError
from service.api.searches.searches import SearchBody
from service.web.forms import Form, typed_day

_BY_FINGER = "The name of an image is not a finger position: use 0 to 10."
_NO_IMPRESSION = (
    "An image has no impression for its finger: add the impression, or leave out the image."
)
_POSITIONS = frozenset(str(int(position)) for position in FingerPosition)
_FIELDS = ("forename", "surname", "date_of_birth", "sex", "place_of_birth")


def read_submission(form: Form, search_type: SearchType) -> SearchBody:
    """Return the search of a form, as an API body. Raises InvalidInputError and its kinds."""
    capture = _json_object(form.files["capture"])
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


def _json_object(raw: bytes) -> dict[str, Any]:
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
    """Return the details typed about a person, as an API body; may be empty."""
    given = {name: form.text(name) for name in _FIELDS}
    details: dict[str, Any] = {}
    if given["forename"] or given["surname"]:
        details["names"] = [{"forename": given["forename"], "surname": given["surname"]}]
    if given["date_of_birth"]:
        details["dates_of_birth"] = [typed_day(given["date_of_birth"])]
    if given["sex"]:
        details["sex"] = given["sex"]
    if given["place_of_birth"]:
        details["place_of_birth"] = given["place_of_birth"]
    return details
