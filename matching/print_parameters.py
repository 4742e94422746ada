"""Every tuned number of local ratios, with its unit, its source and the day it was chosen.

By hand where nothing else is said. All dates: chosen 2026-11-26, for model version 2.
"""

from __future__ import annotations

STRANGER_STEP = 0.05
"""Width of a bin of strangers' cosines, in standard deviations of the search's own strangers."""

COHORT_PEOPLE = 512
"""People a probe is compared with to measure its own strangers. Measured on generated people,
one poor finger, FNIR at FPIR .001: .168 with 64 people, .094 with 256, .086 with 512. 2026-11-26.
"""

LEAST_COHORT = 64
"""People from which a cohort is used by itself; a smaller one is filled up with the model's
own."""

COUNT_CONFIDENCE = 0.95
"""One-sided level of the upper bounds on shares of strangers."""

COUNT_DISPERSION = 1.4
"""How much more counts of strangers vary than independent comparisons would: people are compared
many times. Measured 1.0 to 1.4 beyond 3.5 standard deviations, 2026-11-26; counts are divided by
it."""

FALLING_FROM = 2.0
"""Standard deviations above the mode from which the density of strangers is taken as falling."""

OTHER_MATES = 0.02
"""Share of mated fingers allowed anywhere above the search's own strangers, rising from one to
four standard deviations: people whose prints follow another law than training's."""

FAILED_MATES = 0.005
"""Share of mated fingers allowed anywhere: a print can fail."""

PRINT_KNOTS = 25
"""Tabled values of expected closeness of the local model, spaced evenly."""

INTERVAL_ROUNDS = 8
"""Samples of people drawn for the interval of a finger's bits."""

INTERVAL_QUALITIES = (35, 55, 75)
"""Qualities, of both impressions, at which the interval is measured."""

PROCESS_ERROR = 3e-4
"""Share of searches whose answer is wrong for a reason that no comparison of prints can show: a
record under another person's prints, a capture filed under another number. Set by hand; it bounds
every probability."""

FAILED_CAPTURE = 0.001
"""Share of mated captures that show nothing of the person, whatever the number of fingers. By
hand; it bounds how far prints can speak against a person."""

LEAST_COUNTED = 580
"""Counted searches from which the rate bounds the bits: with none as alike, their rate is .00515,
and bits still reach odds of a hundred to one. With fewer, bits stay as the model's counts bound
them and nobody is proposed. 2026-11-30."""

HIGHEST_RATE = 0.5
"""No rate is taken as higher: the bits of a candidate as common as that are at most the prior's
opposite. 2026-11-30."""
