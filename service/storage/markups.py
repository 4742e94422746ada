"""The mark-up of a probe: a payload, because it shows what a print looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.errors import VaultDamagedError
from domain.markups import (
    NOMINAL_PPI,
    Certainty,
    Feature,
    FeatureKind,
    FingerMarkup,
    Place,
    RidgeFlow,
    Trace,
)
from domain.prints import FingerPosition
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.sealed.payloads import PayloadKind
from service.storage.transaction import Transaction


def put_markup(transaction: Transaction, fingers: Sequence[FingerMarkup]) -> int | None:
    """Store a mark-up and return its payload number, None for an empty one."""
    if not fingers:
        return None
    body = to_bytes({"fingers": [_written(finger) for finger in fingers]})
    return transaction.payloads.put(PayloadKind.MARKUP, body)


def read_markup(transaction: Transaction, markup_id: int | None) -> tuple[FingerMarkup, ...]:
    """Return a mark-up; an erased one is empty.

    Raises VaultDamagedError when the payload is malformed.
    """
    body = None if markup_id is None else transaction.payloads.get(PayloadKind.MARKUP, markup_id)
    if body is None:
        return ()
    values = from_bytes(body)
    try:
        return tuple(_read(finger) for finger in values["fingers"])
    except (KeyError, TypeError, ValueError) as error:
        raise VaultDamagedError("A mark-up payload has the wrong format.") from error


def _written(finger: FingerMarkup) -> dict[str, Any]:
    traces = [[[at.x_px, at.y_px] for at in one.places] for one in finger.traces]
    return {
        "position": int(finger.position),
        "is_of_value": finger.is_of_value,
        "is_complex": finger.is_complex,
        "ridge_flow": finger.ridge_flow.value,
        "is_distorted": finger.is_distorted,
        "is_reversed": finger.is_reversed,
        "features": [
            [one.x_px, one.y_px, one.kind.value, one.certainty.value] for one in finger.features
        ],
        **({"traces": traces} if traces else {}),
        **({} if finger.ppi == NOMINAL_PPI else {"ppi": finger.ppi}),
    }


def _read(values: dict[str, Any]) -> FingerMarkup:
    return FingerMarkup(
        position=FingerPosition(values["position"]),
        is_of_value=bool(values["is_of_value"]),
        is_complex=bool(values["is_complex"]),
        ridge_flow=RidgeFlow(values["ridge_flow"]),
        is_distorted=bool(values["is_distorted"]),
        is_reversed=bool(values["is_reversed"]),
        features=tuple(
            Feature(int(x), int(y), FeatureKind(kind), Certainty(certainty))
            for x, y, kind, certainty in values["features"]
        ),
        # Mark-ups of before have none.
        traces=tuple(
            Trace(tuple(Place(int(x), int(y)) for x, y in places))
            for places in values.get("traces", ())
        ),
        ppi=int(values.get("ppi", NOMINAL_PPI)),
    )
