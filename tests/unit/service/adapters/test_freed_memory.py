"""Freed memory goes back to the system; on a C library without such a function nothing happens."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from service.adapters.surroundings import give_back_freed_memory

_BLOCK_BYTES = 64 << 10
"""Too little for the C library to give a block back by itself."""
_BLOCKS = 512


def test_holes_between_held_blocks_go_back() -> None:
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):
        pytest.skip("The C library is not GNU's.")
    library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    blocks = [library.malloc(_BLOCK_BYTES) for _ in range(_BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, _BLOCK_BYTES)
    # Every other block, so that none of the holes is at the end of the heap.
    for block in blocks[1::2]:
        library.free(block)
    before = _anonymous_bytes()

    give_back_freed_memory()

    after = _anonymous_bytes()
    for block in blocks[::2]:
        library.free(block)
    assert before - after > _BLOCK_BYTES * _BLOCKS // 4


def test_another_c_library_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    class _Other:
        pass

    monkeypatch.setattr(ctypes, "CDLL", lambda _: _Other())

    give_back_freed_memory()


def _anonymous_bytes() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    found = next(line for line in lines if line.startswith("Anonymous:"))
    return int(found.split()[1]) * 1024
