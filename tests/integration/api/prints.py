"""People with ten well-repeating fingers, as sent over HTTP."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.formats import FORMAT as PRINT_FORMAT
from tests.integration.api.minutiae import with_minutiae

FORMAT = PRINT_FORMAT.label
TEN_FINGERS = tuple(range(1, 11))


def finger(person: int, position: int, *, capture: int = 0) -> npt.NDArray[np.float32]:
    """Return float32 (192,): a finger of a person, a little different in each capture."""
    master = np.random.Generator(np.random.Philox(key=person * 16 + position))
    noise = np.random.Generator(np.random.Philox(key=(person * 16 + position) * 64 + capture + 1))
    vector = master.standard_normal(192) + 0.3 * noise.standard_normal(192)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def template(vector: npt.NDArray[Any], *, encoding: str = "f16") -> dict[str, Any]:
    """Return a template as sent."""
    kind = {"f16": "<f2", "f32": "<f4"}[encoding]
    data = base64.b64encode(vector.astype(kind).tobytes()).decode()
    return {"format": FORMAT, "encoding": encoding, "data": data}


def impression(
    person: int, position: int, *, capture: int = 0, kind: str = "rolled", quality: int = 80
) -> dict[str, Any]:
    """Return one impression as sent."""
    return {
        "position": position,
        "impression": kind,
        "quality": quality,
        "template": template(finger(person, position, capture=capture)),
    }


def tenprint(person: int, *, capture: int = 0) -> list[dict[str, Any]]:
    """Return ten rolled impressions of a person, each with minutiae for an examiner to see."""
    return with_minutiae(
        [impression(person, position, capture=capture) for position in TEN_FINGERS]
    )


def mark(person: int, position: int, *, capture: int = 7) -> list[dict[str, Any]]:
    """Return one latent impression of a person's finger, without its position."""
    told = impression(person, position, capture=capture, kind="latent", quality=60)
    return with_minutiae([told | {"position": 0}])


def record(person: int, *, force: str = "01") -> dict[str, Any]:
    """Return a criminal record as sent, with names that no other test data contain."""
    return {
        "names": [{"forename": f"Forename{person}", "surname": f"Surname{person}"}],
        "dates_of_birth": [f"19{person % 60 + 30}-0{person % 9 + 1}-1{person % 9}"],
        "sex": "male",
        "place_of_birth": f"Placetown{person}",
        "nationality": "GBR",
        "addresses": [{"line": "1 High Street", "town": "Placetown", "postcode": "PT1 1AA"}],
        "arrest_reports": [
            {
                "asn": "2001010000000000001X",
                "force": force,
                "on": "2020-03-04",
                "offences": [
                    {
                        "code": "TH68001",
                        "title": "Theft",
                        "is_recordable": True,
                        "committed_on": "2020-03-03",
                        "disposals": [{"disposal": "convicted", "on": "2020-06-01"}],
                    }
                ],
            }
        ],
    }


def encounter(person: int, *, force: str = "01", capture: int = 0) -> dict[str, Any]:
    """Return an enrolment of a person with a record."""
    return {
        "captured_at": "2024-05-06T07:08:09Z",
        "impressions": tenprint(person, capture=capture),
        "record": record(person, force=force),
    }
