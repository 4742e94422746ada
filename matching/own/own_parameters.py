"""How much of its own data a bureau needs to fit each part of a model. Set by hand, 2026-11-26."""

LEAST_DETAIL_PEOPLE = 1_000
"""People with two sets of details. A level that one pair in a hundred reaches then occurs ten
times, and a million pairs of different people can be drawn."""

LEAST_FINGER_PEOPLE = 200
"""People with two captures of their fingers in one pair of impression types. The interval of a
mated finger's bits is then about half a bit wider than with thousands."""

LEAST_GALLERY = 1_000
"""Size of a gallery in which a candidate must be able to reach the band "proposed". With fewer
comparisons of different people than this takes, no gallery worth a model is supported."""

LEAST_UNSEEN = 300
"""Searches of people not on record: at a rate of .01, zero errors must be possible, which takes 3
/ .01."""

LEAST_STRATUM = 50
"""Searches of people on record from which a stratum is shown in the card."""

LEAST_HOME = 300
"""Searches of people kept separate from which a home law can be taken. The watch can then measure
probabilities down to one in 150."""
