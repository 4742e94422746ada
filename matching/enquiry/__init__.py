"""The names enquiry: from stated details to the rows worth comparing, in memory.

`block` entries of people and their postings · `dates` other ways to write a date · `index` one
class for all of it · `leading` the entries with the highest bits for their words, found by bounds
· `lookup` the weighted entries of a block that match a query · `query` a statement in the form
that is looked up.
"""
