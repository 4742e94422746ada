"""The state that a process keeps in memory while it serves.

- `experience`: what the gallery has met, as a process knows it; read again when more was counted
- `gallery`: the index kept true to the database: committed changes are applied before a search
- `gathering`: questions asked at the same time and answered together, several in one pass
- `law_watch`: the watch on the law of prints, as a process keeps it: searches seen, and findings
- `looks`: the book of looks: events of looks that come at one time are written in one transaction
- `names`: the names of all people with a record, in memory, kept true to the database
- `outages`: the outages of one process: which last, when the store is looked at, when callers may
  return
- `parted_gallery`: a gallery in parts kept true to the database: every replica is sent every
  change, in order
- `prepared_records`: details of people on record in the form in which they are compared, kept
  between searches
- `probe_guard`: keyed sketches of probes: enough to see that two probes are nearly the same, and
  no more
- `rate_limits`: how fast one caller may call: a bucket of tokens that fills evenly
- `refusals`: refusals counted by who is refused, address and kind, so that a flood of them is few
  events
- `shared_limits`: how fast one caller may call, counted by several processes together
- `state_watch`: whether the log continued the memory of its key when it was looked at last
- `turns`: turns: a fixed number work at once, and the others wait in the order of arrival
- `upload_queue`: turns in which documents of applicants are checked: few wait, and nobody takes
  all turns
- `waiting`: what waits to be attached to a record, in memory, kept true to the database
"""
