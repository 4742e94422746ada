"""The comparators of details. Examiners are shown the first line of a comparator's docstring."""
