"""A probe as the JSON that a force sends."""

from __future__ import annotations

import base64
from typing import Any

from domain.people import Details
from domain.prints import Impression
from domain.searches import Probe, SearchType


def search_body(search_type: SearchType, probe: Probe) -> dict[str, Any]:
    """Return the body of `POST /v1/searches`."""
    return {
        "search_type": search_type.value,
        "impressions": [_impression(impression) for impression in probe.impressions],
        "details": _details(probe.details),
    }


def _impression(impression: Impression) -> dict[str, Any]:
    data = base64.b64encode(impression.vector.astype("<f2").tobytes()).decode("ascii")
    return {
        "position": int(impression.position),
        "impression": impression.impression_type.value,
        "quality": impression.quality,
        "template": {"format": impression.fmt.label, "encoding": "f16", "data": data},
    }


def _details(details: Details) -> dict[str, Any]:
    return {
        "names": [
            {"forename": n.forename, "surname": n.surname, "middle_names": n.middle_names}
            for n in details.names
        ],
        "dates_of_birth": [str(date) for date in details.dates_of_birth],
        "sex": details.sex.value if details.sex else None,
        "place_of_birth": details.place_of_birth,
        "nationality": details.nationality,
        "addresses": [
            {"line": a.line, "town": a.town, "postcode": a.postcode} for a in details.addresses
        ],
        "pnc_ids": list(details.pnc_ids),
        "cro_numbers": list(details.cro_numbers),
    }
