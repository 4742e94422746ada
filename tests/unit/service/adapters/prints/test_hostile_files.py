"""Damaged files of every format end in one clear refusal: no crash, no hang, no other error."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np
import pytest

from domain.errors import UnreadablePrintError
from service.adapters.isolation.frames import Limits
from service.adapters.prints.isolated import IsolatedReader, PrintProcesses
from tests.print_files import (
    finger_images_2005,
    finger_images_2011,
    image_fields,
    minutiae_2005,
    picture,
    small,
    tagged,
    transaction,
    type_4,
)

LIMIT_S = 10.0
EXTREMES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)
SENTENCE = re.compile(r"[A-Z][^\n]{10,300}\.")


@cache
def seeds() -> Mapping[str, bytes]:
    grey = small(128)
    coded = {name: picture(grey, name) for name in ("PNG", "JPEG2000", "WSQ", "JPEG")}
    size = (grey.shape[1], grey.shape[0])
    records = [
        tagged(14, coded["PNG"], image_fields(grey, 2)),
        tagged(14, coded["PNG"], image_fields(grey, 13, _21=[["3", "0", "127", "0", "127"]])),
        type_4(coded["WSQ"], 3, size, gca=1),
    ]
    return {
        **coded,
        "NIST": transaction(records, {18: "A,B"}),
        "19794-4:2005": finger_images_2005(coded["PNG"], grey),
        "19794-4:2011": finger_images_2011(coded["PNG"], grey),
        "19794-2:2005": minutiae_2005([(1, 10, 20, 64, 50)] * 9),
    }


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Return the file with bytes changed, cut out, doubled or cut off."""
    found = bytearray(data)
    for _ in range(int(rng.integers(1, 6))):
        at = int(rng.integers(0, max(1, len(found))))
        # Headers steer decoders: half of the damage is in the first bytes.
        at = at % 64 if rng.random() < 0.5 else at
        match int(rng.integers(0, 5)):
            case 0:
                found[at : at + 1] = rng.integers(0, 256, 1, dtype=np.uint8).tobytes()
            case 1:
                found[at : at + 4] = bytes([EXTREMES[int(rng.integers(0, 6))]]) * 4
            case 2:
                del found[at : at + int(rng.integers(1, 40))]
            case 3:
                found[at:at] = found[at : at + int(rng.integers(1, 40))]
            case _:
                del found[max(at, len(found) // 2) :]
    return bytes(found)


@pytest.fixture(scope="module")
def processes() -> Iterator[PrintProcesses]:
    found = PrintProcesses(1, Limits(processor_s=LIMIT_S, address_space_mb=1024))
    yield found
    found.close()


def read_many(processes: PrintProcesses, count: int, *, seed: int) -> tuple[int, int, float]:
    """Return how many were read, how many refused, and the longest time in seconds."""
    rng = np.random.default_rng(seed)
    reader = IsolatedReader(processes)
    read = refused = 0
    longest_s = 0.0
    sentences: set[str] = set()
    names = list(seeds())
    for number in range(count):
        data = damaged(seeds()[names[number % len(names)]], rng)
        begun = time.monotonic()
        try:
            reader.read(data)
            read += 1
        except UnreadablePrintError as error:
            sentences.add(error.detail)
            refused += 1
        longest_s = max(longest_s, time.monotonic() - begun)
    assert all(map(SENTENCE.fullmatch, sentences))
    return read, refused, longest_s


def test_the_seeds_themselves_are_read(processes: PrintProcesses) -> None:
    reader = IsolatedReader(processes)

    counts = {name: len(reader.read(data).prints) for name, data in seeds().items()}

    assert counts.pop("NIST") == 3
    assert counts.pop("19794-2:2005") == 0
    assert set(counts.values()) == {1}


def test_hundreds_of_damaged_files_are_read_or_refused(processes: PrintProcesses) -> None:
    _, refused, longest_s = read_many(processes, 320, seed=1)

    assert refused > 200
    assert longest_s < LIMIT_S + 2


@pytest.mark.slow
def test_ten_thousand_damaged_files_are_read_or_refused(processes: PrintProcesses) -> None:
    read, refused, longest_s = read_many(processes, 10_000, seed=2)

    assert read + refused == 10_000
    assert longest_s < LIMIT_S + 2
