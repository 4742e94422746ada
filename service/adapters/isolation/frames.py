"""The format of a call and its answer: a JSON header and byte strings. Pickle is never used."""

import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_LENGTHS = struct.Struct(">II")
MOST_BYTES = 512 * 1024 * 1024
"""A longer frame is an error of the sender."""


class FrameError(Exception):
    """The other side sent an invalid frame, or ended."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A call or an answer."""

    header: dict[str, Any]
    blobs: tuple[bytes, ...] = ()


def packed(frame: Frame) -> bytes:
    """Return the bytes of a frame: two lengths, the header, and the blobs one after another."""
    sizes = [len(blob) for blob in frame.blobs]
    header = json.dumps({"header": frame.header, "sizes": sizes}).encode()
    return b"".join((_LENGTHS.pack(len(header), sum(sizes)), header, *frame.blobs))


def received(read: Callable[[int], bytes]) -> Frame:
    """Return the next frame. `read` must return exactly as many bytes as requested, or raise
    FrameError.

    Raises FrameError for anything that is not a valid frame, because an attacker may control the
    sender.
    """
    header_size, body_size = _LENGTHS.unpack(read(_LENGTHS.size))
    if header_size + body_size > MOST_BYTES:
        raise FrameError
    try:
        envelope = json.loads(read(header_size))
        header, sizes = envelope["header"], envelope["sizes"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FrameError from None
    if not isinstance(header, dict) or not _are_sizes(sizes) or sum(sizes) != body_size:
        raise FrameError
    return Frame(header, _split(read(body_size), sizes))


def _are_sizes(sizes: object) -> bool:
    return isinstance(sizes, list) and all(type(size) is int and size >= 0 for size in sizes)


def _split(body: bytes, sizes: Sequence[int]) -> tuple[bytes, ...]:
    blobs, at = [], 0
    for size in sizes:
        blobs.append(body[at : at + size])
        at += size
    return tuple(blobs)
