"""The comparators of details: stated values against values held on record.

`columns` held values as arrays · `pairs` the best pair of two sets of values · `name` ·
`aligned_name` · `middle_name` · `date_of_birth` · `sex` · `place_of_birth` · `postcode` ·
`identifiers` · `catalogue` all of them in order. Examiners are shown the first sentence of a
comparator's docstring.
"""
