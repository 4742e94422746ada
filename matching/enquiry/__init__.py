"""The names enquiry: from what a person said to the rows worth comparing, in memory.

`vocabulary` the distinct words of names · `block` sorted keys of a set of entries · `expansion`
what else a name or date may have been written as · `ranking` a first weighing of entries ·
`index` all of it behind one class.
"""
