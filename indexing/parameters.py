"""Every tuned number of the index that does not depend on the template format.

Each has its unit and its source; those of a format are in its `domain.templates.IndexedFormat`.
The measurements are `python -m benchmarks candidates` and `python -m benchmarks scale`, on the
tuning queries (seed 1), never on the queries that are reported (seed 2). The reasons are in
`docs/adr/0003-exhaustive-fast-scan.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

MIXING_NUMBER = 3
"""Names the fixed orthonormal matrix that spreads variance over the groups; any would do."""

MARK_DEPTH = 2250
"""Fingers that a mark search compares exactly, the most promising of all positions together. It
grows with the root of the fingers searched beyond MARK_DEPTH_FINGERS and falls with the fourth
root below. Where templates share a direction, 1,500 miss .011 of very poor marks @100, and this
many .009."""
MARK_DEPTH_FINGERS = 1_000_000
"""Fingers at which MARK_DEPTH equals exact search within .005 (recall @100)."""
TENPRINT_DEPTH = 256
"""Encounters that a tenprint search compares exactly at first."""
TENPRINT_FINGER_BUDGET = 24_576
"""Finger comparisons a tenprint search may go on to when its leader does not stand out: ten
fingers reach 2,457 encounters, four 6,144. It grows with the root of the encounters beyond
TENPRINT_BUDGET_ENCOUNTERS."""
TENPRINT_BUDGET_ENCOUNTERS = 250_000
"""Encounters up to which the budget finds four very poor fingers (cosine .32) as exact search does
within .005 (rank 1)."""

STANDOUT_PERSONS = 100
"""Persons of a list by which a tenprint search sees whether its leader stands out."""
STANDOUT_SPREADS = 2.5
"""The lead over the second person that makes a leader stand out, in spreads of the second over the
hundredth. That spread is 1.0 standard deviations among a million impostors of a normal law, 1.5
among ten thousand: a leader stands out from 2.5 to 3.8 of them above the first impostor."""

FINGERS_AT_ONCE = 640
"""Stored fingers that an exact comparison converts at a time, in .6 MB that each thread keeps:
less than the second cache of a processor (1 MB), in which the rest of a search stays. By itself
the comparison of 3,277 encounters of ten fingers among a million takes 3.2 ms of processor time,
with 2,560 at a time (2.5 MB) 3.0; a whole search among 5,000 people costs 3 % more with 2,560."""

CAPTURES_AT_ONCE = 16_384
"""Captures that a comparison with everybody takes at a time: some 5 MB a step."""

PROBES_A_TURN = 8
"""Probes that a thread searches with before it takes the next ones, where several threads share a
batch: on two cores 1.6-1.7 times the searches of one thread, against 1.3-1.5 with half each."""


@dataclass(frozen=True, slots=True)
class IndexLimits:
    """Sizes at which the index changes its method; tests use small ones."""

    tail: int = 2048
    """Encounters held in memory and searched exactly before they are sealed into a segment: an
    exact search of this many takes about a millisecond, sealing them about 100 ms."""
    codec_minimum: int = 4096
    """Encounters below which everything is searched exactly and no codec is trained."""
    codec_sample: int = 16_384
    """Encounters a codec is trained on at most: 16 centroids a group are settled long before."""
    codec_growth: int = 4
    """A compaction trains again when a codec saw a sample this many times smaller than it
    could."""
    codec_residual: float = 1.1
    """A compaction trains again when codes lose this many times what they lost of the sample that
    the codec was trained on: templates of another law have come."""
    segment: int = 1 << 20
    """Encounters in one segment at most: bounds the rewriting of a compaction for one erasure."""
    sliced: int = 65_536
    """Encounters of a segment from which several threads share a search of it, a slice each."""
    segments_before_merge: int = 8
    """Segments of one size class that call for a merge (`GalleryIndex.maintain`)."""


DEFAULT_LIMITS = IndexLimits()

NARROW_FETCH = 16_384
"""Candidates that a filtered scan would have to fetch from which the filter counts as narrow."""
EXACT_FINGER_LIMIT = 65_536
"""Finger comparisons up to which a narrow search skips the codes and compares all that pass."""

COHORT_PEOPLE = 512
"""People that each probe is compared with to measure its own strangers; .1 ms for ten fingers."""
COHORT_DRAWN = 2048
"""Encounters drawn from each run, so that enough are left without those erased."""

ROTATION_LABEL = b"identlink gallery rotation v1"
KEY_CHECK_LABEL = b"identlink gallery key check v1"
