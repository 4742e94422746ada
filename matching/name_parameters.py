"""The tuned numbers of words of names and of the names enquiry; `parameters` has all the others.

Measured by hand on names of eleven origins, 2026-11-26, unless stated otherwise. `WORD_SHARES` are
fitted again with each model.
"""


# Words of names ----------------------------------------------------------------------------------

WORD_GRADES = (1.0, 0.965, 0.93, 0.89, 0.85, 0.80, 0.74)
"""The lowest likeness of each grade of two words. The first is the same word. Set by hand."""

WORD_SHARES = (0.80, 0.05, 0.045, 0.035, 0.02, 0.015, 0.01)
"""Share of mated words in each grade, used until trained. The rest are different words."""

WORD_CANONICAL_SHARE, WORD_EDIT_BASE, WORD_EDIT_SHARE = 0.97, 0.55, 0.42
"""Likeness of canonical forms: this share of Jaro-Winkler, or base + share of unedited letters."""

WORD_NICKNAME = 0.95
"""Likeness of two known variants of a forename."""

WORD_EDGE, WORD_EDGE_LETTERS = 0.87, 3
"""Likeness of a word that begins or ends the other word, and the letters it must have."""

WORD_SHORT, WORD_SHORT_DEDUCTION = 3, 0.08
"""Letters up to which a word is short, and the deduction: one slip changes most of it."""

WORD_CONFLICT_BITS = -4.5
"""Bits for each pair of words, one on each side, that match nothing."""

WORD_ONLY_SAID_BITS, WORD_ONLY_HELD_BITS, WORD_MIDDLE_BITS = -1.2, -0.6, -0.7
"""Bits of a word only in the statement, of one only on record, of an unmatched middle name."""

WORD_FIELD_BITS, WORD_MIDDLE_FIELD_BITS = -1.2, -0.3
"""Bits deducted when a forename matches a surname, and a middle name another field."""

WORD_JOINED_BITS = -0.5
"""Bits deducted when words written together match words written separately."""

WORD_ALONE_BITS = 4.0
"""The most bits of one shared word if other words conflict: relatives share surname and home."""

WORD_INITIAL_SHARE = 0.3
"""Share of mated words assumed to be an initial on one side. Set by hand."""

WORD_LEAST_BITS = 0.3
"""The fewest bits of words that are alike."""

WORD_LEAST_SHARE = 2e-5
"""The lowest share of people assumed for a word: about one of the people a model was fitted on."""

WORD_UNMET_SHARE, WORD_MODEL_ENTRIES = 0.001, 1_000
"""The share of people assumed for a word that nobody had among the people of the fit, and the
number of entries of a gallery that count as much as the shares of the model. A word that a model
never met is no rare word: it may be common where the gallery is. Set by hand, 2026-11-30."""

NAME_STEADY_BITS, NAME_SLOPE = 12.0, 0.6
"""Bits of a whole name up to which the bits of words are added, and the slope above. Forename and
surname depend on each other through origin, so further words say less than they would alone."""

# Names enquiry -----------------------------------------------------------------------------------

ENQUIRY_DICE = 0.36
"""The lowest share of common bigrams (Dice) from which a word is compared in full."""

ENQUIRY_WORDS = 100
"""The most words that are compared in full because of their bigrams, for one form of a word."""

ENQUIRY_TAIL_WORDS = 1024
"""New words that are compared one by one before the bigrams are listed again."""

ENQUIRY_ENTRIES = 2_000
"""The most entries of a block aligned because of words, and because of dates."""

ENQUIRY_READ_FIRST = 4096
"""Entries that are weighed before the bounds of the next entries are tested. Doubles each time."""

ENQUIRY_YEAR_BITS, ENQUIRY_OTHER_YEAR_BITS, ENQUIRY_AREA_BITS = 3.0, -2.0, 5.0
"""Bits before the first cut: of a year within one, of another year, of the same area."""

ENQUIRY_SAME_AREA_BITS, ENQUIRY_OTHER_AREA_BITS = 5.3, -0.5
"""Bits of the same and of another area of homes, in the rough weighting."""

ENQUIRY_SMALL_BLOCK = 4096
"""Size below which a block is always merged with the next, so that queries read few blocks."""

ENQUIRY_TAG_BITS = 12.0
"""Bits of a shared postcode or identifier in the rough weighting."""

ENQUIRY_TAG_ALONE_BITS = 4.0
"""Bits of a person found only by such a postcode or identifier: words and dates are unweighed."""
