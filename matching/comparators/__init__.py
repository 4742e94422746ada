"""The comparators of details: they compare stated values with values on record.

`columns` holds the values on record as arrays · `pairs` the best pair of two sets of values ·
`name` · `aligned_name` · `middle_name` · `date_of_birth` · `sex` · `place_of_birth` · `postcode` ·
`identifiers` · `catalogue` all of them in order. Examiners are shown the first line of a
comparator's docstring.
"""
