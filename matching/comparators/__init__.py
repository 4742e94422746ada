"""The comparators of details: they compare stated values with values on record.

Examiners are shown the first line of a comparator's docstring.
"""
