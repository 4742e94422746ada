"""What the benchmarks of candidate search share.

- `contest`: every kind of search, by the index and by exact search
- `datasets`: galleries and queries
- `everybody`: a probe compared with everybody, in one index and in parts
- `other_laws`: the index beside exact search under other laws
- `probing`: time and memory of one index on disk
- `timing`: durations of searches, of changes, and of searches together
- `truth`: exact ranks
"""
