"""The assignment of people to the parts of a gallery, by a hash of the person row into buckets."""

from collections.abc import Iterable, Sequence

import numpy as np

from domain.arrays import Int64s, UInt64s

BUCKETS = 1024
"""People are hashed to buckets, which are assigned to parts and can be moved between them."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def hashed(person_rows: Int64s) -> UInt64s:
    """Return a hash of each person row, uint64 (n,), which never changes; `person_rows` int64
    (n,).

    SplitMix64 without a seed: Steele, Lea and Flood, "Fast splittable pseudorandom number
    generators", OOPSLA 2014.
    """
    mixed = person_rows.astype(np.uint64) + _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


def buckets_of(person_rows: Int64s) -> Int64s:
    """Return the bucket of each person, int64 (n,) of 0 to 1023; `person_rows` int64 (n,)."""
    return (hashed(person_rows) % np.uint64(BUCKETS)).astype(np.int64)


def parts_of(person_rows: Int64s, parts: int) -> Int64s:
    """Return the part of each person, int64 (n,) of 0 to `parts` - 1.

    Consecutive buckets belong to one part. The numbers of buckets in two parts differ by at most
    one.
    """
    return buckets_of(person_rows) * parts // BUCKETS


def bucket_map(buckets: Iterable[int]) -> bytes:
    """Return a set of buckets as 128 bytes, one bit for each bucket."""
    flags = np.zeros(BUCKETS, dtype=np.bool_)
    flags[list(buckets)] = True
    return np.packbits(flags).tobytes()


def mapped_buckets(maps: Sequence[bytes]) -> Int64s:
    """Return how many of the maps contain each bucket, int64 (1024,)."""
    rows = np.frombuffer(b"".join(maps), dtype=np.uint8).reshape(len(maps), BUCKETS // 8)
    counts: Int64s = np.unpackbits(rows, axis=1).sum(axis=0, dtype=np.int64)
    return counts


def even_maps(parts: int) -> list[bytes]:
    """Return the buckets of each of this many parts, divided as in `parts_of`."""
    owners = np.arange(BUCKETS) * parts // BUCKETS
    return [bucket_map(np.flatnonzero(owners == part).tolist()) for part in range(parts)]
