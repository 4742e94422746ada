"""The export for outsiders and its verification.

- `archive`: reading the parts of a bundle from an untrusted file
- `bundle`: the bundle: one zip file with all that an outsider needs to verify the log, and no
  secret
- `check`: the verification of a bundle by an outsider: no database, no private key, no network
- `findings`: findings of a verification: one code for each kind of fault, and the place
- `link_rules`: the rule that every link stands on: two sealed identifications of one candidate,
  two persons
- `log_check`: the verification of a whole log in one pass: hashes, numbers, times, links and
  rows
- `row_commitments`: the digest by which an event commits to the content of an access row
- `state_rows`: the statement of state: which rows the database holds, to be held against the log
- `zip_layout`: a zip file of which every byte is accounted for
"""
