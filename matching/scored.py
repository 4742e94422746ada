"""Scored candidates: columns of numbers, and the rows of evidence made from the same columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np
import numpy.typing as npt

from domain.evidence import Evidence, EvidenceRow
from matching.comparators.catalogue import COMPARATORS
from matching.explanation import bound_row, dependence_row, detail_rows, print_rows, prior_row
from matching.policy import BANDS

if TYPE_CHECKING:
    from matching.biometric import FingerPairs, PrintBits
    from matching.comparators.pairs import Compared
    from matching.flags import FlagMasks
    from matching.levels import Bits, Codes

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PrintFindings:
    """What the prints of k candidates say."""

    pairs: FingerPairs
    bits: PrintBits
    is_mark: bool


@dataclass(frozen=True, slots=True, eq=False)
class DetailFindings:
    """What the details of some candidates say.

    `places`: int64 (k,), the place of each candidate among those with details, -1 without.
    `compared`: one per comparator, over those with details. `bound`: float64 (k,), what the bound
    of a print-led search adds to the plain sum; None in a names enquiry.
    """

    places: Rows
    compared: tuple[Compared, ...]
    summed: Bits
    bound: Bits | None

    def spread(self, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return bool (k,): a mask over those with details, False for those without."""
        result = np.zeros(len(self.places), dtype=np.bool_)
        result[self.places >= 0] = mask
        return result


@dataclass(frozen=True, slots=True, eq=False)
class ScoredCandidates(Sequence[Evidence]):
    """The evidence on k candidates, in input order; rows are built when one is asked for.

    `total_bits`: float64 (k,), what candidates are ranked by. `posteriors`: float64 (k,).
    `band_codes`: int8 (k,), indices into `matching.policy.BANDS`. The rows of candidate i come
    from the same numbers and sum to `total_bits[i]` within 1e-9.
    """

    gallery_size: int
    prior: float
    prints: PrintFindings | None
    details: DetailFindings | None
    total_bits: Bits
    calibrated_bits: Bits
    """The evidence without the prior, recalibrated: what the posterior is quoted from."""
    posteriors: Bits
    band_codes: Codes
    flags: FlagMasks

    def __len__(self) -> int:
        return len(self.total_bits)

    @overload
    def __getitem__(self, index: int) -> Evidence: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Evidence, ...]: ...
    def __getitem__(self, index: int | slice) -> Evidence | tuple[Evidence, ...]:
        """Return the evidence on one candidate or several."""
        if isinstance(index, slice):
            return self.select(np.arange(len(self))[index])
        return self.select(np.array([range(len(self))[index]]))[0]

    def __iter__(self) -> Iterator[Evidence]:
        return iter(self.select(np.arange(len(self))))

    @property
    def is_compared(self) -> npt.NDArray[np.bool_]:
        """Whether anything was compared, bool (k,): prints if there are any, else details."""
        if self.prints is None:
            return np.ones(len(self), dtype=np.bool_)
        return np.asarray((~np.isnan(self.prints.bits.fingers)).any(axis=1))

    @property
    def print_bits(self) -> Bits:
        """What the prints of each candidate say, float64 (k,); 0 in a names enquiry."""
        return np.zeros(len(self)) if self.prints is None else self.prints.bits.joint

    @property
    def detail_bits(self) -> Bits:
        """What details add to each candidate, float64 (k,), after the bound where there is one."""
        if self.details is None:
            return np.zeros(len(self))
        bound = 0.0 if self.details.bound is None else self.details.bound
        return np.asarray(self.details.summed + bound)

    def ranking(self) -> Rows:
        """Return int64 (k,): candidates from the strongest to the weakest, ties in input order."""
        return np.argsort(-self.total_bits, kind="stable")

    def select(self, candidates: Rows) -> tuple[Evidence, ...]:
        """Return the evidence on these candidates, int64 (n,), in the order given."""
        rows = self._rows(candidates)
        posteriors = self.posteriors[candidates].tolist()
        bands = [BANDS[code] for code in self.band_codes[candidates].tolist()]
        flags = self.flags.raised(candidates)
        return tuple(map(Evidence, rows, posteriors, bands, flags))

    def _rows(self, candidates: Rows) -> list[tuple[EvidenceRow, ...]]:
        first = prior_row(self.prior, self.gallery_size)
        prints = self._print_rows(candidates)
        details = self._detail_rows(candidates)
        return [(first, *one, *other) for one, other in zip(prints, details, strict=True)]

    def _print_rows(self, candidates: Rows) -> list[tuple[EvidenceRow, ...]]:
        if self.prints is None:
            return [()] * len(candidates)
        found = self.prints
        rows = print_rows(found.pairs, found.bits.fingers, candidates)
        dependence = found.bits.dependence[candidates].tolist()
        for fingers, bits in zip(rows, dependence, strict=True):
            if fingers:
                fingers.append(dependence_row(bits, is_mark=found.is_mark))
        return [tuple(one) for one in rows]

    def _detail_rows(self, candidates: Rows) -> list[tuple[EvidenceRow, ...]]:
        if self.details is None:
            return [()] * len(candidates)
        places = self.details.places[candidates]
        held = places[places >= 0]
        columns = [
            detail_rows(comparator.scale, compared.take(held))
            for comparator, compared in zip(COMPARATORS, self.details.compared, strict=True)
        ]
        if self.details.bound is not None:
            columns.append(self._bound_rows(candidates[places >= 0]))
        rows = list(zip(*columns, strict=True))
        if len(held) == len(candidates):
            return rows
        following = iter(rows)
        return [next(following) if place >= 0 else () for place in places.tolist()]

    def _bound_rows(self, candidates: Rows) -> list[EvidenceRow]:
        if self.details is None or self.details.bound is None:
            return []
        bound, summed = self.details.bound[candidates], self.details.summed[candidates]
        return [
            bound_row(one, one + other)
            for one, other in zip(bound.tolist(), summed.tolist(), strict=True)
        ]
