"""Calls of the child process and answers, as JSON and bytes, never pickle; and their limits."""

import json
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a child process and of one call."""

    processor_s: float = 20.0
    """Processor time of one call, after which the process is killed. Reading takes milliseconds;
    the slowest extractor takes a second."""
    patience_s: float = 60.0
    """How long a call may wait for a process and for its processor time. A machine that takes
    longer is busy, which says nothing about the file."""
    address_space_mb: int = 2_048
    """RLIMIT_AS. The libraries of the extractors map about 600 MB and use 400 of it."""
    calls: int = 500
    """Calls after which the process is replaced, so that memory leaks do not add up."""

    @property
    def whole_processor_s(self) -> int:
        """Seconds of processor time for all calls of a process, rounded up. It limits a process
        whose parent has ended.
        """
        return 60 + math.ceil(self.calls * self.processor_s)


STANDARD = Limits()


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
    """Return the next frame. `read` must return as many bytes as requested, or raise FrameError.

    Raises FrameError for anything that is not a valid frame: an attacker may control the sender.
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
