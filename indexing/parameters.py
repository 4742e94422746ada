"""Every tuned number of the index that does not depend on the template format.

Each has its unit and its source. The numbers of a format are in its
`domain.prints.templates.IndexedFormat`. They were measured with
`python -m benchmarks candidates` and `python -m benchmarks scale` on the tuning queries (seed 1),
never on the queries that are reported (seed 2). The reasons are in
`docs/adr/0003-exhaustive-fast-scan.md`.
"""

from dataclasses import dataclass

MIXING_NUMBER = 3
"""Selects the fixed orthonormal matrix that spreads variance over groups. Any number does."""

MARK_DEPTH = 2250
"""Fingers that a mark search compares exactly: the most promising of all positions together. The
number grows with the square root of the fingers searched above MARK_DEPTH_FINGERS and falls with
the fourth root below. Where templates share a direction, a depth of 1,500 misses .011 of very poor
marks @100, and this depth .009."""
MARK_DEPTH_FINGERS = 1_000_000
"""Number of fingers searched at which MARK_DEPTH equals exact search within .005 (recall @100)."""
TENPRINT_DEPTH = 256
"""Encounters that a tenprint search compares exactly in its first step."""
TENPRINT_FINGER_BUDGET = 24_576
"""Finger comparisons that a tenprint search may make in total if its leader does not stand out:
probes of ten fingers reach 2,457 encounters, probes of four 6,144. The number grows with the
square root of the encounters above TENPRINT_BUDGET_ENCOUNTERS."""
TENPRINT_BUDGET_ENCOUNTERS = 250_000
"""Encounters up to which, with this budget, probes of four very poor fingers (cosine .32) find the
mate as often as exact search does, within .005 (rank 1)."""
TENPRINT_NEAREST_ENCOUNTERS, TENPRINT_NEAREST_FINGERS = 2_048, 8_192
"""Encounters, or finger comparisons if those are more encounters, to which a search that only
wants the most similar stranger compares exactly. Both grow like TENPRINT_FINGER_BUDGET. Among
20,000 and 204,000 people, 500 and 320 searches of each kind found the same stranger as with that
budget in 99 of 100 (captures that `python -m benchmarks rehearsals --cost` does not reach)."""

STANDOUT_PERSONS = 100
"""Persons in the list from which a tenprint search decides whether its leader stands out."""
STANDOUT_SPREADS = 2.5
"""Lead over the second person that a leader needs to stand out. Its unit is the spread: the
difference between the second and the hundredth similarity. Among a million impostors with a normal
distribution the spread is 1.0 standard deviations, among ten thousand 1.5. A leader therefore
stands out from 2.5 to 3.8 standard deviations above the first impostor."""

FINGERS_AT_ONCE = 640
"""Stored fingers that an exact comparison converts at a time. Each thread keeps .6 MB for them,
which is less than the second-level cache of a processor (1 MB), so the other data of a search
stays in the cache. The comparison by itself of 3,277 encounters of ten fingers among a million
takes 3.2 ms of processor time, and 3.0 ms with 2,560 at a time (2.5 MB). But a whole search among
5,000 people takes 3 % longer with 2,560."""

CAPTURES_AT_ONCE = 16_384
"""Captures that an exhaustive comparison processes at a time: about 5 MB a step."""

PROBES_A_TURN = 8
"""Probes that a thread takes at a time when several threads share a batch. On two cores this
gives 1.6-1.7 times the searches of one thread, against 1.3-1.5 if each thread takes half of the
batch."""


@dataclass(frozen=True, slots=True)
class IndexLimits:
    """Sizes at which the index changes its method. Tests use small ones."""

    tail: int = 2048
    """Encounters held in memory and searched exactly before they are sealed into a segment. An
    exact search of this many takes about a millisecond; sealing them takes about 100 ms."""
    codec_minimum: int = 4096
    """Encounters below which everything is searched exactly and no codec is trained."""
    codec_sample: int = 16_384
    """Most encounters a codec is trained on. The 16 centroids of a group need far fewer."""
    codec_growth: int = 4
    """A compaction trains a new codec if the sample could now be this many times larger."""
    codec_residual: float = 1.1
    """A compaction trains a new codec if codes lose this many times what they lost of the training
    sample. This happens when templates with another distribution have arrived."""
    segment: int = 1 << 20
    """Most encounters in one segment, which limits what a compaction rewrites for one erasure."""
    sliced: int = 65_536
    """Encounters of a segment from which several threads share its search, one slice each."""
    segments_before_merge: int = 8
    """Number of segments in one size class that causes a merge (`GalleryIndex.maintain`)."""


DEFAULT_LIMITS = IndexLimits()

NARROW_FETCH = 16_384
"""A filter is narrow if a filtered scan would have to fetch more candidates than this."""
EXACT_FINGER_LIMIT = 65_536
"""Finger comparisons up to which a narrow search skips codes and compares all that passes."""

COHORT_PEOPLE = 512
"""People whom each probe is compared with, to measure how similar strangers are to it. Takes .1 ms
for ten fingers."""
COHORT_DRAWN = 2048
"""Encounters drawn from each run, so that enough remain after erased ones are left out."""

CODES_AT_ONCE = 512
"""Fingers whose codes are compared at a time. Distances to a mark's 30 minutiae take 4 MB."""

ROTATION_LABEL = b"identlink gallery rotation v1"
CODES_LABEL = b"identlink gallery codes v1"
KEY_CHECK_LABEL = b"identlink gallery key check v1"
