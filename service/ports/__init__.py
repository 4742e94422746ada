"""What the use cases need from the outside, as protocols: a unit of work and its repositories.

`unit_of_work` one transaction · `people` persons and records · `encounters` captures and the feed
of gallery changes · `searches` requests, probes, candidates · `cases` examinations · `links` ·
`tokens` · `log` the events · `surroundings` time and ids · `stages` of a search, timed.
"""
