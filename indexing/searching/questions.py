"""What a search asks one part of a gallery. Its probes are rotated, and it has no key."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from domain.arrays import Float32s, Float64s
from domain.prints.captures import MarkProbe, PrintProbe, TenprintProbe
from domain.prints.templates import IndexedFormat
from indexing.codes.filters import NO_FILTER, Filter
from indexing.codes.rotation import probe_values
from indexing.codes.sources import Source
from indexing.manifests import Kind
from indexing.parameters import (
    TENPRINT_BUDGET_ENCOUNTERS,
    TENPRINT_DEPTH,
    TENPRINT_FINGER_BUDGET,
    TENPRINT_NEAREST_ENCOUNTERS,
    TENPRINT_NEAREST_FINGERS,
)
from indexing.searching import finger_search, tenprint_search
from indexing.searching.by_codes import CodesQuestion
from indexing.searching.candidates import grown_depth
from indexing.searching.exhaustive import (
    ExhaustiveSearch,
    LeftOut,
    in_mark_file,
    in_tenprints,
    with_fingers,
    with_mark,
    with_tenprint,
)
from indexing.searching.hits import Depth
from indexing.searching.part_search import LocalSearch

Part = Mapping[Kind, Sequence[Source]]
"""The sources of one part of a gallery."""

_Rotation = Float64s | None


class Sought(StrEnum):
    """The kind of a search."""

    TENPRINTS = "tenprints"
    MARKS = "marks"
    MARK_FILE = "mark file"


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Probes of one kind, in the form that is sent to every part of a gallery."""

    sought: Sought
    values: Float32s
    """Rotated, whole numbers: float32 (q, 10, d) for tenprints, else (q, d)."""
    fingers: tuple[tuple[int, ...], ...]
    """The positions that each mark may have. For the mark file, once, the bits of each finger."""
    where: Filter
    excess: tenprint_search.Excess | None = None
    """What is taken off tenprints that are alike with everybody; None for nothing."""

    @property
    def scope(self) -> Hashable:
        """The part that decides which encounters are compared; equal scopes, equal encounters."""
        return self.sought, self.where, self.fingers

    def opened(self, part: Part) -> LocalSearch:
        """Begin the search in one part."""
        if self.sought is Sought.TENPRINTS:
            return tenprint_search.open_tenprints(
                part[Kind.TENPRINTS], self.values, self.where, self.excess
            )
        if self.sought is Sought.MARKS:
            return finger_search.open_marks(
                part[Kind.TENPRINTS], self.fingers, self.values, self.where
            )
        (bits,) = self.fingers
        return finger_search.open_mark_file(part[Kind.MARKS], bits, self.values, self.where)

    def depths(self, size: int, k: int, fmt: IndexedFormat) -> Sequence[Depth]:
        """Return the depth at which each probe searches a gallery of `size` encounters.

        The scan ranks by an approximation of the similarity. Of tenprints, the first
        `TENPRINT_DEPTH` encounters are compared exactly. If no leader stands out among them (few
        or very poor fingers, or a person who is not enrolled), the comparison continues up to
        `TENPRINT_FINGER_BUDGET` fingers. A search that does not end at a leader needs only the
        most similar stranger, for which a lower depth is enough.
        """
        if self.sought is Sought.TENPRINTS:
            budget = grown_depth(TENPRINT_FINGER_BUDGET, size, TENPRINT_BUDGET_ENCOUNTERS)
            head = max(TENPRINT_DEPTH, 2 * k)
            fingers = np.maximum(1, self.values.any(axis=2).sum(axis=1)).tolist()
            if not self.where.ends_at_leader:
                return [Depth(max(2 * k, _nearest(size, count))) for count in fingers]
            least = fmt.standout_similarity
            return [Depth(max(head, budget // count), head, least) for count in fingers]
        if self.sought is Sought.MARKS:
            return [
                finger_search.finger_depth(size * len(positions), k) for positions in self.fingers
            ]
        return [finger_search.finger_depth(size, k)]


def _nearest(size: int, fingers: int) -> int:
    """Return how many encounters are compared exactly to find the most similar stranger."""
    wanted = max(TENPRINT_NEAREST_ENCOUNTERS, TENPRINT_NEAREST_FINGERS // fingers)
    return grown_depth(wanted, size, TENPRINT_BUDGET_ENCOUNTERS)


def about_tenprints(
    probes: Sequence[TenprintProbe],
    rotation: _Rotation,
    where: Filter,
    excess: tenprint_search.Excess | None = None,
) -> Question:
    """Return the message that asks each part for the people most similar to each capture."""
    vectors = np.stack([probe.vectors for probe in probes])
    if where.positions:
        vectors = np.where(where.allowed_fingers()[:, None], vectors, np.float32(0))
    return Question(Sought.TENPRINTS, probe_values(vectors, rotation), (), where, excess)


def about_marks(probes: Sequence[MarkProbe], rotation: _Rotation, where: Filter) -> Question:
    """Return the message that asks a part for the people with fingers nearest to each mark."""
    positions = tuple(probe.searched_positions for probe in probes)
    values = probe_values(np.stack([probe.vector for probe in probes]), rotation)
    return Question(Sought.MARKS, values, positions, where)


def about_mark_file(probe: PrintProbe, rotation: _Rotation, where: Filter) -> Question:
    """Return the message that asks a part for the unsolved marks nearest to any probe finger."""
    bits, values = finger_search.probe_fingers(probe, rotation, where)
    return Question(Sought.MARK_FILE, values, (bits,), where)


@dataclass(frozen=True, slots=True, eq=False)
class WholeQuestion:
    """One probe that every part compares with all its captures, except those left out."""

    asked: Question
    """The question about this one probe, without a filter."""
    left_out: LeftOut

    @property
    def values(self) -> Float32s:
        """The rotated probe, as in `Question`."""
        return self.asked.values

    def opened(self, part: Part) -> ExhaustiveSearch:
        """Begin the comparison with one part."""
        values, fingers, left_out = self.values, self.asked.fingers, self.left_out
        if self.asked.sought is Sought.MARK_FILE:
            compare = with_fingers(fingers[0], values)
            return ExhaustiveSearch(part[Kind.MARKS], compare, in_mark_file, left_out)
        is_mark = self.asked.sought is Sought.MARKS
        compare = with_mark(fingers[0], values[0]) if is_mark else with_tenprint(values[0])
        return ExhaustiveSearch(part[Kind.TENPRINTS], compare, in_tenprints, left_out)


Everybody = WholeQuestion | CodesQuestion
"""A question that is answered by comparing all captures."""


def about_everybody(
    probe: PrintProbe, among: Kind, rotation: _Rotation, left_out: LeftOut
) -> WholeQuestion:
    """Return the message that asks a part for the captures of a kind most similar to a probe."""
    if among is Kind.MARKS:
        return WholeQuestion(about_mark_file(probe, rotation, NO_FILTER), left_out)
    if isinstance(probe, MarkProbe):
        return WholeQuestion(about_marks((probe,), rotation, NO_FILTER), left_out)
    return WholeQuestion(about_tenprints((probe,), rotation, NO_FILTER), left_out)
