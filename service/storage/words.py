"""Words and marks of examiners and supervisors: payloads, because they may name a person."""

from __future__ import annotations

from collections.abc import Sequence

from domain.cases import PointPair
from domain.errors import VaultDamagedError
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


def put_evaluation(transaction: Transaction, reason: str, points: Sequence[PointPair]) -> int:
    """Store the reason for an evaluation and the features marked; nothing needs no payload."""
    if not reason and not points:
        return NO_PAYLOAD
    marked = [
        [p.position, p.probe_x_px, p.probe_y_px, p.exemplar_x_px, p.exemplar_y_px] for p in points
    ]
    body = to_bytes({"reason": reason, "points": marked})
    return transaction.payloads.put(PayloadKind.EVALUATION, body)


def read_evaluations(
    transaction: Transaction, payload_ids: Sequence[int]
) -> list[tuple[str, tuple[PointPair, ...]]]:
    """Return (reason, points) in order; an erased one is empty.

    Raises VaultDamagedError when a payload is malformed.
    """
    bodies = transaction.payloads.get_many(PayloadKind.EVALUATION, payload_ids)
    return [_evaluation(bodies.get(payload_id)) for payload_id in payload_ids]


def _evaluation(body: bytes | None) -> tuple[str, tuple[PointPair, ...]]:
    if body is None:
        return "", ()
    values = from_bytes(body)
    try:
        points = tuple(
            PointPair(FingerPosition(position), *pixels) for position, *pixels in values["points"]
        )
        return str(values["reason"]), points
    except (KeyError, TypeError, ValueError) as error:
        raise VaultDamagedError("An evaluation payload is not in its own format.") from error
