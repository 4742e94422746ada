"""Questions for the names index and their answers, as bytes. Nothing is unpickled."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from domain.errors import IndexNotReadyError, LinkingError, StoreUnavailableError
from domain.ids import PersonRow
from domain.people import Details
from domain.plain_values import plain, read_plain

_FOUND, _NOT_READY, _UNAVAILABLE = b"f", b"n", b"u"
_COUNT = b"count"

Asked = tuple[Details, int] | None
"""Details with the most people to return, or None for how many people are held."""


def question(asked: Asked) -> bytes:
    """Return a question as bytes."""
    if asked is None:
        return _COUNT
    said, limit = asked
    return json.dumps([plain(said), limit]).encode()


def asked_in(body: bytes) -> Asked:
    """Read a question; raises ValueError, TypeError or KeyError for anything else."""
    if body == _COUNT:
        return None
    said, limit = json.loads(body)
    return read_plain(Details, said), int(limit)


def answer(rows: Sequence[int]) -> bytes:
    """Return rows of people, or only their number, as bytes."""
    return _FOUND + np.array(rows, dtype="<i8").tobytes()


def refusal(error: LinkingError) -> bytes:
    """Return why there is no answer."""
    return _NOT_READY if isinstance(error, IndexNotReadyError) else _UNAVAILABLE


def answered(body: bytes) -> tuple[PersonRow, ...]:
    """Read an answer; raises IndexNotReadyError or StoreUnavailableError where it is none."""
    if body[:1] == _FOUND:
        return tuple(map(PersonRow, np.frombuffer(body[1:], dtype="<i8").tolist()))
    if body[:1] == _NOT_READY:
        raise IndexNotReadyError("The names are still being loaded: try again in a minute.")
    raise StoreUnavailableError
