"""The comparators of details: what a person said against what a record holds.

`columns` held values as arrays · `pairs` the best pair of two sets of values · `name` ·
`middle_name` · `date_of_birth` · `sex` · `place_of_birth` · `postcode` · `identifiers` ·
`catalogue` all of them in order. The first sentence of a comparator's docstring is what an
examiner reads about it.
"""
