"""The export for outsiders and its verification.

- `archive`: reading the parts of a bundle from a file that nobody vouches for
- `bundle`: the bundle: one zip file with all that an outsider needs to verify the log, and no
  secret
- `check`: the verification of a bundle by an outsider: no database, no private key, no network
- `findings`: what a verification finds wrong, one code for each kind, and where
- `link_rules`: the rule that every link stands on: two sealed identifications of one candidate,
  two persons
- `log_check`: the verification of a whole log in one pass: hashes, numbers, times, links and
  rows
- `row_commitments`: what an event says of the content of the row that it made: who may call, and
  by what secret
- `state_rows`: the statement of state: which rows the database holds, to be held against the log
"""
