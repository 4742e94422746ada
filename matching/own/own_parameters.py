"""The least of a bureau's own data that supports each part of a model. Set by hand, 2026-11-26."""

from __future__ import annotations

LEAST_DETAIL_PEOPLE = 1_000
"""People met twice with details: a level that one pair in a hundred reaches is then seen ten
times, and a million pairs of different people can be drawn."""

LEAST_FINGER_PEOPLE = 200
"""People whose fingers were met twice in one pair of impression types: the interval of a mated
finger's bits is then about half a bit wider than with thousands."""

LEAST_GALLERY = 1_000
"""The size of a gallery in which a candidate must be able to reach the band "proposed": fewer
comparisons of different people than that takes support no gallery that is worth a model."""

LEAST_UNSEEN = 300
"""Searches of people without a record: none in n at a rate of .01 needs 3 / .01."""

LEAST_STRATUM = 50
"""Searches of people on record from which a stratum is shown in the card."""

LEAST_HOME = 300
"""Searches of people held apart from which a home law is taken: the watch then knows chances down
to one in 150."""
