"""The look-up of single fingers by the codes of their minutiae: every code of a part is compared.

For each minutia of the mark, the most similar one of the other finger counts, by how many bits
fewer they differ than minutiae that are not alike at all. The score of a finger is their sum, a
whole number. Where minutiae lie is not known here, and makes no difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.arrays import Bools, Float32s, Int32s, Int64s, UInt8s, UInt16s
from domain.errors import InvalidTemplateError
from domain.prints.captures import FINGER_COUNT
from domain.prints.templates import IndexedFormat
from indexing.codes.columns import ANY_FINGER, has_fingers
from indexing.codes.filters import NO_FILTER, Filter
from indexing.codes.rotation import BitOrder
from indexing.codes.sources import Source
from indexing.codes.vector_index import differing_bits
from indexing.manifests import Kind
from indexing.parameters import CODES_AT_ONCE
from indexing.searching.exhaustive import NOTHING, ExhaustiveSearch, LeftOut

Codes = UInt8s

_COLUMNS = 16
"""More than a capture has fingers: a score and a finger are put into one number."""


@dataclass(frozen=True, slots=True, eq=False)
class CodedFinger:
    """A finger or a mark to be looked up by the codes of its minutiae."""

    finger_bits: int
    """Bit j is set if it may be finger j + 1."""
    codes: Codes
    """uint8 (q, 16): see `GalleryBatch.codes`."""


@dataclass(frozen=True, slots=True, eq=False)
class CodesQuestion:
    """Fingers that every part compares with all its captures of a kind, except those left out.

    The similarities that it finds are read by `scores_of` and `columns_of`.
    """

    values: Sequence[CodedFinger]
    """A mark or finger; or the fingers of a tenprint that is looked up among marks."""
    among: Kind
    near_bits: int
    """See `NeighbourhoodCodes`."""
    left_out: LeftOut = NOTHING
    where: Filter = NO_FILTER

    def opened(self, part: Mapping[Kind, Sequence[Source]]) -> ExhaustiveSearch:
        """Begin the comparison with one part."""
        return ExhaustiveSearch(part[self.among], self._compare, self._passing, self.left_out)

    def _passing(self, source: Source) -> Bools | None:
        if self.among is Kind.MARKS:
            return source.passing_marks(self.where.forces, ANY_FINGER)
        return source.passing(self.where, 0)

    def _compare(self, source: Source, places: Int64s) -> Float32s:
        columns = source.columns
        return code_similarities(
            self.values,
            columns.codes,
            columns.finger_bits,
            places=places,
            near_bits=self.near_bits,
        )


def about_codes(
    fingers: Sequence[CodedFinger],
    among: Kind,
    fmt: IndexedFormat,
    bit_order: BitOrder | None,
    left_out: LeftOut,
) -> CodesQuestion:
    """Return the message that asks each part for the captures whose minutiae are most similar.

    Raises InvalidTemplateError if the format has no codes.
    """
    if fmt.codes is None:
        raise InvalidTemplateError(f"An index of {fmt.label} keeps no codes of minutiae.")
    moved = [
        one if bit_order is None else replace(one, codes=bit_order.moved(one.codes))
        for one in fingers
    ]
    return CodesQuestion(moved, among, fmt.codes.near_bits, left_out)


def code_similarities(
    fingers: Sequence[CodedFinger],
    codes: Codes,
    finger_bits: UInt16s,
    *,
    places: Int64s,
    near_bits: int,
) -> Float32s:
    """Return the similarities of the captures at some places, float32 (c,), -inf for none.

    `codes` uint8 (n, f, m, 16) and `finger_bits` uint16 (n,) are columns of a gallery.
    """
    found = [np.zeros(0, dtype=np.int32)]
    for run in _runs(places, codes.shape[1]):
        some, bits = codes[run], finger_bits[run]
        best = np.zeros(len(bits), dtype=np.int32)
        for one in fingers:
            np.maximum(best, _of_finger(one, some, bits, len(fingers) > 1, near_bits), out=best)
        found.append(best)
    together = np.concatenate(found).astype(np.float32)
    together[together == 0] = -np.inf
    return together


def scores_of(similarities: Float32s) -> Int64s:
    """Return the scores that found captures have, int64 (h,)."""
    return similarities.astype(np.int64) // _COLUMNS


def columns_of(similarities: Float32s) -> Int64s:
    """Return which finger of a found capture has that score, int64 (h,): 0 to 9; of a mark, 0."""
    return _COLUMNS - 1 - similarities.astype(np.int64) % _COLUMNS


def _runs(places: Int64s, fingers: int) -> Iterator[slice | Int64s]:
    """Yield the places, some at a time; as a slice where they are consecutive, as most are."""
    size = max(1, CODES_AT_ONCE // fingers)
    for start in range(0, len(places), size):
        some = places[start : start + size]
        first, last = int(some[0]), int(some[-1])
        yield slice(first, last + 1) if last - first == len(some) - 1 else some


def _of_finger(
    finger: CodedFinger, codes: Codes, finger_bits: UInt16s, is_of_tenprint: bool, near_bits: int
) -> Int32s:
    """Return the score of each capture with its finger, in one number, int32 (c,); 0 for none."""
    if codes.shape[1] == 1:
        scores = _scores(finger.codes, codes[:, 0], is_of_tenprint, near_bits)
        scores[(finger_bits & np.uint16(finger.finger_bits)) == 0] = 0
        return _together(scores, np.zeros(len(scores), dtype=np.int64))
    columns = np.flatnonzero(has_fingers(np.array(finger.finger_bits, dtype=np.uint16)))
    wanted = codes if len(columns) == FINGER_COUNT else codes[:, columns]
    flat = wanted.reshape(-1, *codes.shape[2:])
    scores = _scores(finger.codes, flat, is_of_tenprint, near_bits).reshape(-1, len(columns))
    best = scores.argmax(axis=1)
    return _together(scores[np.arange(len(scores)), best], columns[best])


def _together(scores: Int32s, columns: Int64s) -> Int32s:
    both = scores * _COLUMNS + (_COLUMNS - 1 - columns)
    return np.asarray(np.where(scores > 0, both, 0), dtype=np.int32)


def _scores(codes: Codes, others: Codes, is_of_others: bool, near_bits: int) -> Int32s:
    """Return the score of a print, codes uint8 (q, 16), with g others, (g, m, 16); int32 (g,).

    It is the sum over the minutiae of the print; with `is_of_others`, over those of the others.
    """
    g, m, _ = others.shape
    if not len(codes) or not others.size:
        return np.zeros(g, dtype=np.int32)
    # The minutiae of a finger in rows, so that the least of them is taken in one pass.
    words = np.ascontiguousarray(others).view(np.uint64).transpose(1, 0, 2).copy()
    is_empty = (words[..., 0] | words[..., 1]) == 0
    # An empty place repeats the first minutia, and so makes no difference to the nearest.
    np.copyto(words, words[:1], where=is_empty[..., None])
    by_minutia = words.view(np.uint8).reshape(m * g, -1)
    bits = differing_bits(np.ascontiguousarray(codes), by_minutia).reshape(len(codes), m, g)
    nearest = bits.min(axis=0 if is_of_others else 1)
    shares = np.maximum(near_bits + 1 - nearest, 0)
    shares[is_empty if is_of_others else (slice(None), is_empty[0])] = 0
    return np.asarray(shares.sum(axis=0, dtype=np.int32))
