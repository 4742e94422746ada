"""Mark-ups and evaluations of examiners: payloads, because they may name a person."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from domain.errors import LogDamagedError, VaultDamagedError
from domain.examination.cases import Comparison, Placing, PointPair
from domain.examination.markups import (
    NOMINAL_PPI,
    Certainty,
    Enhancement,
    Feature,
    FeatureKind,
    Filter,
    FingerMarkup,
    Place,
    PrintSide,
    RidgeFlow,
    Trace,
)
from domain.examination.point_geometry import FingerGeometry
from domain.prints.prints import FingerPosition, Fingers
from service.storage.engine.rows import AnyRow, from_bytes, to_bytes
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind
from service.storage.transaction import Transaction


def finger_columns(fingers: Fingers | None) -> dict[str, Any]:
    """Return the columns for the fingers; both are None without fingers, as in older rows."""
    return {
        "fingers_compared": None if fingers is None else fingers.compared_codes,
        "fingers_identified": None if fingers is None else fingers.identified_codes,
    }


def fingers_in(row: AnyRow) -> Fingers | None:
    """Return the fingers that a row states. Raises LogDamagedError for unknown positions."""
    try:
        return Fingers.read(row.fingers_compared, row.fingers_identified)
    except ValueError as error:
        raise LogDamagedError("A row names a finger that does not exist.") from error


def put_markup(transaction: Transaction, fingers: Sequence[FingerMarkup]) -> int | None:
    """Store a mark-up and return its payload number, or None for an empty mark-up."""
    if not fingers:
        return None
    body = to_bytes({"fingers": [_written(finger) for finger in fingers]})
    return transaction.payloads.put(PayloadKind.MARKUP, body)


def read_markup(transaction: Transaction, markup_id: int | None) -> tuple[FingerMarkup, ...]:
    """Return a mark-up, empty if erased. Raises VaultDamagedError when it is malformed."""
    body = None if markup_id is None else transaction.payloads.get(PayloadKind.MARKUP, markup_id)
    if body is None:
        return ()
    values = from_bytes(body)
    try:
        return tuple(_read(finger) for finger in values["fingers"])
    except (KeyError, TypeError, ValueError) as error:
        raise VaultDamagedError(
            "A mark-up payload is damaged: restore it from a backup."
        ) from error


def _written(finger: FingerMarkup) -> dict[str, Any]:
    traces = [_pairs(one.places) for one in finger.traces]
    return {
        "position": int(finger.position),
        "is_of_value": finger.is_of_value,
        "is_complex": finger.is_complex,
        "ridge_flow": finger.ridge_flow.value,
        "is_distorted": finger.is_distorted,
        "is_reversed": finger.is_reversed,
        "features": [
            _directed([one.x_px, one.y_px, one.kind.value, one.certainty.value], one)
            for one in finger.features
        ],
        **({"traces": traces} if traces else {}),
        **({"outline": _pairs(finger.outline)} if finger.outline else {}),
        **({} if finger.ppi == NOMINAL_PPI else {"ppi": finger.ppi}),
    }


def _pairs(places: Sequence[Place]) -> list[list[int]]:
    return [[at.x_px, at.y_px] for at in places]


def _places(pairs: Sequence[Sequence[int]]) -> tuple[Place, ...]:
    return tuple(Place(int(x), int(y)) for x, y in pairs)


def _directed(row: list[int | str], feature: Feature) -> list[int | str]:
    """Return the stored row of a feature; a direction is appended if the feature has one."""
    return row if feature.direction_deg is None else [*row, feature.direction_deg]


def _read(values: dict[str, Any]) -> FingerMarkup:
    return FingerMarkup(
        position=FingerPosition(values["position"]),
        is_of_value=bool(values["is_of_value"]),
        is_complex=bool(values["is_complex"]),
        ridge_flow=RidgeFlow(values["ridge_flow"]),
        is_distorted=bool(values["is_distorted"]),
        is_reversed=bool(values["is_reversed"]),
        features=tuple(
            Feature(int(x), int(y), FeatureKind(kind), Certainty(certainty), *map(int, directed))
            for x, y, kind, certainty, *directed in values["features"]
        ),
        # Mark-ups from earlier releases have no traces and no outline.
        traces=tuple(Trace(_places(places)) for places in values.get("traces", ())),
        outline=_places(values.get("outline", ())),
        ppi=int(values.get("ppi", NOMINAL_PPI)),
    )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an examiner wrote and marked in one comparison, and the geometry of the point pairs."""

    reason: str = ""
    points: tuple[PointPair, ...] = ()
    geometry: tuple[FingerGeometry, ...] = ()
    why_close: str = ""
    enhancements: tuple[Enhancement, ...] = ()

    @property
    def parts(self) -> dict[str, Any]:
        """The same values, by the field names that `Comparison` uses."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def put_evaluation(transaction: Transaction, sealed: Comparison) -> int:
    """Store the reason, point pairs and enhancements of a comparison.

    Without any of them, no payload is needed.
    """
    if not (sealed.reason or sealed.points or sealed.enhancements):
        return NO_PAYLOAD
    body: dict[str, Any] = {
        "reason": sealed.reason,
        "points": [_row(pair) for pair in sealed.points],
    }
    if sealed.points:
        body["geometry"] = [asdict(one) for one in sealed.geometry]
    if sealed.why_close:
        body["why_close"] = sealed.why_close
    if sealed.enhancements:
        body["enhancements"] = [asdict(one) for one in sealed.enhancements]
    return transaction.payloads.put(PayloadKind.EVALUATION, to_bytes(body))


def read_evaluations(transaction: Transaction, payload_ids: Sequence[int]) -> list[Evaluation]:
    """Return the evaluations, in order; an erased evaluation is empty.

    Evaluations from earlier releases state neither how points were set nor their geometry. Raises
    VaultDamagedError when a payload is malformed.
    """
    bodies = transaction.payloads.get_many(PayloadKind.EVALUATION, payload_ids)
    return [_evaluation(bodies.get(payload_id)) for payload_id in payload_ids]


def _row(pair: PointPair) -> list[int | str]:
    placings = (pair.probe_placing, pair.exemplar_placing)
    return [pair.position, *pair.places_px, *(one.value for one in placings if one is not None)]


def _evaluation(body: bytes | None) -> Evaluation:
    if body is None:
        return Evaluation()
    values = from_bytes(body)
    try:
        return Evaluation(
            str(values["reason"]),
            tuple(map(_pair, values["points"])),
            tuple(map(_geometry, values.get("geometry", ()))),
            str(values.get("why_close", "")),
            tuple(map(_enhancement, values.get("enhancements", ()))),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise VaultDamagedError(
            "An evaluation payload is damaged: restore it from a backup."
        ) from error


def _pair(row: Sequence[Any]) -> PointPair:
    position, *pixels = row[:5]
    return PointPair(FingerPosition(position), *pixels, *map(Placing, row[5:]))


def _enhancement(values: dict[str, Any]) -> Enhancement:
    return Enhancement(
        FingerPosition(values["position"]),
        PrintSide(values["side"]),
        tuple(map(Filter, values["filters"])),
        int(values["contrast_percent"]),
        int(values["brightness_percent"]),
    )


def _geometry(values: dict[str, Any]) -> FingerGeometry:
    position = FingerPosition(values["position"])
    residuals_mm = tuple(values["residuals_mm"])
    return FingerGeometry(**values | {"position": position, "residuals_mm": residuals_mm})
