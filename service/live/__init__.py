"""The state that a process keeps in memory while it serves.

- `gallery`: the index kept true to the database: whatever has been committed is applied before a
  search
- `gathering`: questions that are asked at one time: worked together, in one pass for several
- `names`: the names of everybody with a record, in memory, kept true to the database
- `probe_guard`: keyed sketches of probes: enough to see that two probes are nearly the same, and
  no more
- `rate_limits`: how fast one caller may call: a bucket of tokens that fills evenly
- `shared_limits`: how fast one caller may call, counted by several processes together
- `turns`: turns: so many work at once, and the others wait in the order in which they came
"""
