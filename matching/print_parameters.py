"""Every tuned number of local ratios, with its unit, its source and the day it was chosen.

Set by hand unless stated otherwise. All were chosen on 2026-11-26, for model version 2, unless
another date is given.
"""

STRANGER_STEP = 0.05
"""Width of a bin of strangers' cosines, in standard deviations of the search's own strangers."""

COHORT_PEOPLE = 512
"""People with whom a probe is compared to measure its own strangers. Measured on generated people
with one poor finger, FNIR at FPIR .001: .168 with 64 people, .094 with 256, .086 with 512.
2026-11-26."""

LEAST_COHORT = 64
"""Size from which a cohort is used by itself. The model's strangers fill up smaller ones."""

COUNT_CONFIDENCE = 0.95
"""One-sided confidence level of the upper bounds on shares of strangers."""

COUNT_DISPERSION = 1.4
"""How much more the counts of strangers vary than independent comparisons would, because people
are compared many times. Measured 1.0 to 1.4 beyond 3.5 standard deviations, 2026-11-26. Counts are
divided by it."""

FALLING_FROM = 2.0
"""Standard deviations above the mode from which the density of strangers is assumed to fall."""

OTHER_MATES = 0.02
"""Share of mated fingers that may be anywhere above the search's own strangers; it rises from one
to four standard deviations. It allows for people whose prints have a different distribution from
those in training."""

FAILED_MATES = 0.005
"""Share of mated fingers that may be anywhere, because a print can fail."""

PRINT_KNOTS = 25
"""Number of tabulated values of expected closeness in the local model, evenly spaced."""

INTERVAL_ROUNDS = 8
"""Number of samples of people drawn for the interval of a finger's bits."""

INTERVAL_QUALITIES = (35, 55, 75)
"""Qualities, of both impressions, at which the interval is measured."""

PROCESS_ERROR = 3e-4
"""Share of searches whose answer is wrong for a reason that no comparison of prints can show: a
record under another person's prints, or a capture filed under another number. Set by hand. It
limits every probability."""

FAILED_CAPTURE = 0.001
"""Share of mated captures that show nothing of the person, whatever the number of fingers. Set by
hand. It limits how far prints can count against a person."""

LEAST_COUNTED = 580
"""Number of counted searches from which their rate limits the bits. If none of them had a stranger
as similar, the rate is .00515, and bits can still reach odds of a hundred to one. With fewer
searches the model's own counts limit the bits, and nobody is proposed. 2026-11-30."""

HIGHEST_RATE = 0.5
"""The highest rate used. Bits of a candidate this common at most cancel the prior. 2026-11-30."""
