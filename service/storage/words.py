"""Words and marks of examiners and supervisors: payloads, because they may name a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from domain.cases import Comparison, Placing, PointPair
from domain.errors import VaultDamagedError
from domain.point_geometry import FingerGeometry
from domain.prints import FingerPosition
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind
from service.storage.transaction import Transaction


def put_words(transaction: Transaction, words: str) -> int:
    """Store a text and return its payload number; an empty one needs no payload."""
    if not words:
        return NO_PAYLOAD
    return transaction.payloads.put(PayloadKind.WORDS, words.encode())


def read_words(transaction: Transaction, payload_ids: Sequence[int]) -> list[str]:
    """Return the texts in order; an erased one is empty."""
    bodies = transaction.payloads.get_many(PayloadKind.WORDS, payload_ids)
    return [bodies.get(payload_id, b"").decode() for payload_id in payload_ids]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an examiner wrote and marked in one comparison, and how the marks lie."""

    reason: str = ""
    points: tuple[PointPair, ...] = ()
    geometry: tuple[FingerGeometry, ...] = ()
    why_close: str = ""

    @property
    def parts(self) -> dict[str, Any]:
        """The same by the names that a comparison has for them."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def put_evaluation(transaction: Transaction, sealed: Comparison) -> int:
    """Store the reason for an evaluation and the features marked; nothing needs no payload."""
    if not sealed.reason and not sealed.points:
        return NO_PAYLOAD
    body: dict[str, Any] = {
        "reason": sealed.reason,
        "points": [_row(pair) for pair in sealed.points],
    }
    if sealed.points:
        body["geometry"] = [asdict(one) for one in sealed.geometry]
    if sealed.why_close:
        body["why_close"] = sealed.why_close
    return transaction.payloads.put(PayloadKind.EVALUATION, to_bytes(body))


def read_evaluations(transaction: Transaction, payload_ids: Sequence[int]) -> list[Evaluation]:
    """Return the evaluations in order; an erased one is empty.

    Those of earlier releases say neither how points were set nor how they lie. Raises
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
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise VaultDamagedError("An evaluation payload has the wrong format.") from error


def _pair(row: Sequence[Any]) -> PointPair:
    position, *pixels = row[:5]
    return PointPair(FingerPosition(position), *pixels, *map(Placing, row[5:]))


def _geometry(values: dict[str, Any]) -> FingerGeometry:
    position = FingerPosition(values["position"])
    residuals_mm = tuple(values["residuals_mm"])
    return FingerGeometry(**values | {"position": position, "residuals_mm": residuals_mm})
