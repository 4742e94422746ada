"""The tuned numbers of words of names and of the names enquiry, as `parameters` has the others.

Measured by hand on names of eleven origins unless said, 2026-11-26; `WORD_SHARES` are fitted again
with each model.
"""

from __future__ import annotations

# Words of names ----------------------------------------------------------------------------------

WORD_GRADES = (1.0, 0.965, 0.93, 0.89, 0.85, 0.80, 0.74)
"""Least likeness of each grade of two words; the first is the same word. Set by hand."""

WORD_SHARES = (0.80, 0.05, 0.045, 0.035, 0.02, 0.015, 0.01)
"""Share of mated words in each grade until trained; the rest is another word."""

WORD_CANONICAL_SHARE, WORD_EDIT_BASE, WORD_EDIT_SHARE = 0.97, 0.55, 0.42
"""Likeness of canonical forms: this share of Jaro-Winkler, or base + share of unedited letters."""

WORD_NICKNAME = 0.95
"""Likeness of known variants of a forename."""

WORD_EDGE, WORD_EDGE_LETTERS = 0.87, 3
"""Likeness of a word that begins or ends the other, and the letters it needs."""

WORD_SHORT, WORD_SHORT_DEDUCTION = 3, 0.08
"""Letters up to which a word is short, and the deduction: one slip changes most of it."""

WORD_CONFLICT_BITS = -4.5
"""Bits when each side keeps a word that meets nothing: for each such pair."""

WORD_ONLY_SAID_BITS, WORD_ONLY_HELD_BITS, WORD_MIDDLE_BITS = -1.2, -0.6, -0.7
"""Bits of a word that only the statement has, that only the record has, and of a middle name."""

WORD_FIELD_BITS, WORD_MIDDLE_FIELD_BITS = -1.2, -0.3
"""Bits deducted when words meet across forename and surname, and across a middle name."""

WORD_JOINED_BITS = -0.5
"""Bits deducted when words written together meet words written apart."""

WORD_ALONE_BITS = 4.0
"""Most bits of one shared word beside a conflict: relatives share a surname, and a home."""

WORD_INITIAL_SHARE = 0.3
"""Share of mated words that are recorded as an initial on one side, as far as bits go. Set by
hand."""

WORD_LEAST_BITS = 0.3
"""Least bits of words that are alike."""

WORD_LEAST_SHARE = 2e-5
"""Least share of people with a word: about one in the people a model was fitted on."""

NAME_STEADY_BITS, NAME_SLOPE = 12.0, 0.6
"""Bits of a whole name up to which words add up, and the slope above: forename and surname go
together by origin, so that further words say less than they would alone."""

# Names enquiry -----------------------------------------------------------------------------------

ENQUIRY_DICE = 0.36
"""Least share of bigrams, after Dice, from which a word of the vocabulary is compared in full."""

ENQUIRY_WORDS = 100
"""Most words compared in full for the bigrams of one form of a word."""

ENQUIRY_TAIL_WORDS = 1024
"""New words that are compared one by one until the bigrams are listed again."""

ENQUIRY_ENTRIES = 2_000
"""Most entries aligned for their words, and most for their dates, in one block."""

ENQUIRY_READ_FIRST = 4096
"""Entries that are weighed before the next are bounded by what they are worth; twice as many each
time."""

ENQUIRY_YEAR_BITS, ENQUIRY_OTHER_YEAR_BITS, ENQUIRY_AREA_BITS = 3.0, -2.0, 5.0
"""Bits of a year within one, of another year and of an area of homes, before the first cut."""

ENQUIRY_SAME_AREA_BITS, ENQUIRY_OTHER_AREA_BITS = 5.3, -0.5
"""Bits of an area of homes in the rough weighting."""

ENQUIRY_SMALL_BLOCK = 4096
"""Size below which a block is always merged with the next, so that queries meet few blocks."""

ENQUIRY_TAG_BITS = 12.0
"""Bits of a shared postcode or identifier in the rough weighting."""

ENQUIRY_TAG_ALONE_BITS = 4.0
"""Bits of a person found by such a tag whose words and dates are not weighed."""
