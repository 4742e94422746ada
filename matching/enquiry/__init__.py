"""The names enquiry: from stated details to the rows worth comparing, in memory.

`block` entries of people and their postings · `dates` other ways to write a date · `index` all of
it behind one class · `leading` the entries that words speak for most, found by bounds · `lookup`
the entries of a block that match a query, weighed · `query` a statement as it is looked up.
"""
