"""Messages between a gallery and its parts: changes, steps of searches, and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from domain.arrays import Float32s, Int64s
from domain.prints.templates import IndexedFormat
from indexing.codes.columns import Columns, take
from indexing.manifests import Kind
from indexing.parameters import DEFAULT_LIMITS
from indexing.placing import buckets_of, mapped_buckets
from indexing.searching.candidates import Extent
from indexing.searching.exhaustive import AllCompared
from indexing.searching.part_search import Ahead, PartHits

SEALED_EVERY = DEFAULT_LIMITS.tail
"""Number of changes after which a part writes its memory to disk. A part therefore never holds
more changes in memory than its tail has room for, and a restarted part is sent at most this many
again."""
_SEALED_AT_ONCE = 8


def step_end(after: int, last: int) -> int:
    """Return where a step after change `after` ends if the newest change is `last`.

    The step ends at `last`, or earlier, at a change number at which parts are saved.
    """
    whole = last // SEALED_EVERY * SEALED_EVERY
    if whole <= after:
        return last
    return min(whole, (after // SEALED_EVERY + _SEALED_AT_ONCE) * SEALED_EVERY)


class Refused(StrEnum):
    """A part's reason for giving no answer."""

    BEHIND = "behind"
    """The part has not received the changes up to the number requested."""
    PASSED = "passed"
    """The part no longer keeps the state requested: ask with a newer number."""
    FORGOTTEN = "forgotten"
    """The part does not know the search: send the question and all steps again."""


@dataclass(frozen=True, slots=True)
class PartPlan:
    """The place of a part in a gallery, fixed when the part is created."""

    version: int
    """Version of the map from buckets to parts."""
    number: int
    buckets: bytes
    """The buckets of the people in this part; see `placing.bucket_map`."""
    template_format: IndexedFormat
    check: str
    """Shows whether two keys differ, and reveals nothing of the key; see `rotation.key_check`."""
    codec: str = ""
    """The digest of the codec that all parts use. Empty if there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Consecutive changes for one part, combined: only the last change of each capture is kept."""

    after: int
    to: int
    """The step contains the changes with numbers above `after`, up to and including `to`."""
    added: tuple[tuple[Kind, Columns], ...]
    returned_rows: Int64s
    """int64 (r,): encounter rows among the additions that may have been held before."""
    erased_rows: Int64s
    """int64 (m,)."""

    def only(self, buckets: bytes) -> Step:
        """Return the part of a step for these buckets: additions of their people, all erasures."""
        mine = mapped_buckets([buckets]) == 1
        added = [
            (kind, take(columns, mine[buckets_of(columns.person_rows)]))
            for kind, columns in self.added
        ]
        return replace(self, added=tuple((kind, some) for kind, some in added if len(some)))


@dataclass(frozen=True, slots=True)
class Scan:
    """See `PartSearch.scan`."""

    rows: Sequence[int]
    depth: int
    whole: Extent
    ahead: int = 0
    """Places of each query to compare at once, to save a round trip; see `LocalSearch.ahead`."""
    k: int = 0
    """The length of the candidate list, if some places are compared ahead."""


@dataclass(frozen=True, slots=True)
class Compare:
    """See `PartSearch.compare`."""

    least: Mapping[int, np.float32]
    k: int


@dataclass(frozen=True, slots=True)
class CompareAll:
    """See `ExhaustiveSearch.compare_all`. It is the only step of a `WholeQuestion`."""

    count: int


SearchStep = Scan | Compare | CompareAll


@dataclass(frozen=True, slots=True)
class Share:
    """A part's statement of its content. The shares of all parts prove that a list is complete."""

    version: int
    number: int
    buckets: bytes
    identity: str
    codec: str
    """The digest of the codec; empty if there is none."""
    cursor: int
    contents: tuple[int, ...]
    """The content sum of each kind."""
    counts: tuple[int, ...]
    """Number of captures of each kind, without erased ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Worked:
    """A part's answer to the last step of a search."""

    share: Share
    extent: Extent
    found: Sequence[Float32s] | Sequence[PartHits] = ()
    ahead: Sequence[Ahead] = ()
    """What a scan compared ahead, if requested: one entry for each query."""
    everybody: AllCompared | None = None
    """The answer to a `CompareAll`."""


@dataclass(frozen=True, slots=True, eq=False)
class CohortShare:
    """The people of a part who may be in the cohort of the whole gallery."""

    stamp: str
    """Digest of the encounter rows. Equal for the same people."""
    people: Columns | None
    """None if the caller already knew the stamp."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a replica, for its operators."""

    share: Share
    answers_at: int
    """The newest change at which the replica can be searched; -1 until it is sent one."""
    code: str
    """The version of the code that the replica runs."""
