"""Between a gallery and its parts: changes, steps of searches, and answers, as they travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from domain.templates import IndexedFormat
from indexing.candidates import Extent
from indexing.columns import Columns, take
from indexing.exhaustive import AllCompared
from indexing.manifests import Kind
from indexing.parameters import DEFAULT_LIMITS
from indexing.part_search import Ahead, PartHits, Similarities
from indexing.placing import buckets_of, mapped_buckets

SEALED_EVERY = DEFAULT_LIMITS.tail
"""Changes after which a part writes out its memory: no part can hold more of them than its tail
has room for, and a restarted part is sent at most this many again."""
_SEALED_AT_ONCE = 8


def step_end(after: int, last: int) -> int:
    """Return where a step after change `after` ends when the newest change is `last`.

    At `last`, or before it at a number at which parts are written out.
    """
    whole = last // SEALED_EVERY * SEALED_EVERY
    if whole <= after:
        return last
    return min(whole, (after // SEALED_EVERY + _SEALED_AT_ONCE) * SEALED_EVERY)


class Refused(StrEnum):
    """A part's reason to give no answer."""

    BEHIND = "behind"
    """It has not been sent the changes up to the number asked for."""
    PASSED = "passed"
    """It no longer keeps the state asked for: ask with a newer number."""
    FORGOTTEN = "forgotten"
    """It does not know the search: send the question and all its steps again."""


@dataclass(frozen=True, slots=True)
class PartPlan:
    """The place of a part in a gallery, settled when the part is made."""

    version: int
    """Version of the map from buckets to parts."""
    number: int
    buckets: bytes
    """The buckets whose people it holds: `placing.bucket_map`."""
    template_format: IndexedFormat
    check: str
    """Shows whether two keys differ, and reveals nothing of the key: `rotation.key_check`."""
    codec: str = ""
    """The digest of the codec of all parts; empty if there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Consecutive changes for one part, netted: the last change of a capture counts."""

    after: int
    to: int
    """Changes with numbers above `after` up to `to`."""
    added: tuple[tuple[Kind, Columns], ...]
    returned_rows: npt.NDArray[np.int64]
    """int64 (r,): encounter rows among the additions that may have been held before."""
    erased_rows: npt.NDArray[np.int64]
    """int64 (m,)."""

    def only(self, buckets: bytes) -> Step:
        """Return the step for the part that holds these buckets: its people, every erasure."""
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
    """How many places of each query to compare at once: `LocalSearch.ahead`. It saves a round."""
    k: int = 0
    """The length of the list, where some are compared ahead."""


@dataclass(frozen=True, slots=True)
class Compare:
    """See `PartSearch.compare`."""

    least: Mapping[int, np.float32]
    k: int


@dataclass(frozen=True, slots=True)
class CompareAll:
    """See `ExhaustiveSearch.compare_all`: the only step of a `WholeQuestion`."""

    count: int


SearchStep = Scan | Compare | CompareAll


@dataclass(frozen=True, slots=True)
class Share:
    """A part's testimony of its content: all of them together prove a list whole."""

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
    """Captures of each kind, without erased ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Worked:
    """A part's answer to the last of the steps of a search."""

    share: Share
    extent: Extent
    found: Sequence[Similarities] | Sequence[PartHits] = ()
    ahead: Sequence[Ahead] = ()
    """What a scan looked up ahead, if it was asked to: one for each query."""
    everybody: AllCompared | None = None
    """The answer to a `CompareAll`."""


@dataclass(frozen=True, slots=True, eq=False)
class CohortShare:
    """The people of a part who may be in the cohort of the whole."""

    stamp: str
    """Equal for the same people."""
    people: Columns | None
    """None when the stamp was known."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a replica, for those who look after it."""

    share: Share
    answers_at: int
    """The newest change it answers from; -1 until it is fed after a start."""
    code: str
    """The version of the code it runs."""
