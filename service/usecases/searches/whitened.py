"""Single fingers are looked up by whitened vectors (`prints.features.whitening`)."""

from dataclasses import replace

from prints.features.whitening import SHIPPED_DIGEST, shipped_whitening
from service.usecases.searches.in_depth import SingleFinger

WHITENED = f"; whitened {SHIPPED_DIGEST[:16]}"
"""The end of the label of a search's arithmetic. Searches before December 2026 lack it."""


def whitened(single: SingleFinger) -> SingleFinger:
    """Return the finger with the vector of each turn whitened. Raises ModelError."""
    rows = zip(single.turns, shipped_whitening()(single.vectors), strict=True)
    return replace(single, turns=tuple(replace(one, vector=vector) for one, vector in rows))
