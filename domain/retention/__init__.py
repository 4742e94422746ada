"""How long data of people may be kept: data due, the plans that purge it, and reviews.

- `plans`: plans of a purge: made, counted again, released by two people, carried out
- `reviews`: decisions of people on whether data is kept
"""
