"""A probe as the JSON that a force sends."""

from typing import Any

from data.synthetic.encoding import details_to_json
from domain.prints.prints import Impression
from domain.searches.searches import Probe, SearchType
from service.api.people.travelling import encode_template


def search_body(search_type: SearchType, probe: Probe) -> dict[str, Any]:
    """Return the body of `POST /v1/searches`."""
    return {
        "search_type": search_type.value,
        "impressions": [_impression(impression) for impression in probe.impressions],
        "details": details_to_json(probe.details),
    }


def _impression(impression: Impression) -> dict[str, Any]:
    data = encode_template(impression.vector)
    return {
        "position": int(impression.position),
        "impression": impression.impression_type.value,
        "quality": impression.quality,
        "template": {"format": impression.fmt.label, "encoding": "f16", "data": data},
    }
