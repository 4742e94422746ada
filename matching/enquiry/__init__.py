"""The names enquiry: from stated details to the rows worth comparing, in memory.

`vocabulary` the distinct words of names · `block` sorted keys of a set of entries · `expansion`
other ways to write a name or date · `ranking` a rough first weighting of entries · `index` all
of it behind one class.
"""
