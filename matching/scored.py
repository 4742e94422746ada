"""Scored candidates: columns of numbers, and rows of evidence made from the same columns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import overload

import numpy as np

from domain.arrays import Bools, Int64s
from domain.searches.evidence import Evidence, EvidenceRow, EvidenceSource
from matching import explanation
from matching.findings import DetailFindings, FlagMasks, PrintFindings, Support
from matching.levels import Bits, Codes
from matching.policy import BANDS

Column = Sequence[EvidenceRow | None]
"""A row for each of n candidates, or None for a candidate who has no such row."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredCandidates(Sequence[Evidence]):
    """The evidence on k candidates, in input order. Int64s are built when they are read.

    `total_bits`: float64 (k,), by which candidates are ranked. `posteriors`: float64 (k,), NaN
    where prints are withheld. `band_codes`: int8 (k,), indices into `matching.policy.BANDS`. The
    rows of candidate i come from the same numbers and sum to `total_bits[i]` within 1e-9.
    """

    gallery_size: int
    prior: float
    prints: PrintFindings | None
    details: DetailFindings | None
    total_bits: Bits
    calibrated_bits: Bits
    """The recalibrated evidence, without the prior. The posterior is computed from it."""
    posteriors: Bits
    band_codes: Codes
    flags: FlagMasks
    support: Support | None = None
    """None if counts do not limit the ratios: for details only, and for models of version 1."""
    withheld: str = ""
    """The template format of the prints if they have no bits because no model was fitted on it, or
    `explanation.MOVED_LAW`; empty if the prints are weighed. If not empty, the caller ranks
    candidates by the similarity of prints."""
    passed_over: Bools | None = None
    """bool (k,): whose details the prints left unweighed. None if all were weighed."""

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
    def is_compared(self) -> Bools:
        """Whether anything was compared, bool (k,): prints if there are any, else details."""
        if self.prints is None:
            return np.ones(len(self), dtype=np.bool_)
        return np.asarray((~np.isnan(self.prints.bits.fingers)).any(axis=1))

    @property
    def print_bits(self) -> Bits:
        """The bits of each candidate's prints, float64 (k,); 0 in a names enquiry."""
        return np.zeros(len(self)) if self.prints is None else self.prints.bits.joint

    def ranking(self) -> Int64s:
        """Return int64 (k,): candidates, strongest first, in input order if tied."""
        return np.argsort(-self.total_bits, kind="stable")

    def select(self, candidates: Int64s) -> tuple[Evidence, ...]:
        """Return the evidence on the given candidates, in the order given.

        `candidates`: int64 (n,).
        """
        rows = self._rows(candidates)
        chances = self.posteriors[candidates].tolist()
        posteriors = repeat(None, len(chances)) if self.withheld else chances
        bands = map(BANDS.__getitem__, self.band_codes[candidates].tolist())
        flags = self.flags.raised(candidates)
        values = zip(rows, posteriors, bands, flags, strict=True)
        return tuple(map(tuple.__new__, repeat(Evidence), values))

    def _rows(self, candidates: Int64s) -> Iterable[tuple[EvidenceRow, ...]]:
        """Return the rows of each candidate: one from each column, leaving out missing rows."""
        people = f"any one of {self.gallery_size:,} people is unlikely to be the person"
        first = EvidenceRow(
            EvidenceSource.PRIOR, "one of many", self.prior, f"Before any comparison, {people}."
        )
        columns = [
            [first] * len(candidates),
            *self._print_columns(candidates),
            *self._detail_columns(candidates),
        ]
        if self.support is not None:
            totals = self.prior + self.calibrated_bits[candidates]
            columns.append(explanation.support_rows(self.support, totals, candidates))
        rows = zip(*columns, strict=True)
        if any(None in column for column in columns):
            return (tuple(row for row in one if row is not None) for one in rows)
        return rows

    def _print_columns(self, candidates: Int64s) -> list[Column]:
        if self.withheld:
            return [[explanation.withheld_row(self.withheld)] * len(candidates)]
        if self.prints is None:
            return []
        found = self.prints
        seen = ~np.isnan(found.bits.fingers[candidates])
        rows = explanation.print_rows(found.pairs, found.bits.fingers, candidates)
        ends = np.cumsum(seen.sum(axis=0)).tolist()
        columns = [
            _spread(rows[start:end], seen[:, finger])
            for finger, (start, end) in enumerate(pairwise([0, *ends]))
            if end > start
        ]
        compared = np.asarray(seen.any(axis=1))
        if found.bits.dependence is None:
            return columns
        dependence = found.bits.dependence[candidates[compared]]
        return [
            *columns,
            _spread(explanation.dependence_rows(dependence, is_mark=found.is_mark), compared),
        ]

    def _detail_columns(self, candidates: Int64s) -> list[Column]:
        if self.details is None:
            return []
        places = self.details.places[candidates]
        has = places >= 0
        held, known = places[has], candidates[has]
        columns = [
            explanation.detail_rows(scale, compared, held)
            for scale, compared in zip(self.details.scales, self.details.compared, strict=True)
        ]
        if self.details.bound is not None:
            bound = self.details.bound[known]
            columns.append(explanation.bound_rows(bound, bound + self.details.summed[known]))
        spread = [_spread(column, has) for column in columns]
        if self.passed_over is not None:
            over = self.passed_over[candidates]
            spread.append(_spread([explanation.UNWEIGHED_ROW] * int(over.sum()), over))
        return spread


def _spread(rows: list[EvidenceRow], mask: Bools) -> Column:
    """Return one entry for each element of the mask, bool (n,): the next row, or None if False."""
    if len(rows) == len(mask):
        return rows
    following = iter(rows)
    return [next(following) if has else None for has in mask.tolist()]
