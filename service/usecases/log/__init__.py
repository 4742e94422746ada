"""The log of events: recorded, read, signed, exported and verified.

- `audit`: the audit search: events by actor, subject, time and purpose; the search itself is an
  event
- `backup`: the events of a restore: erasures and withdrawals that it repeats
- `checkpoints`: checkpoints: the log as it stands is signed, and the note is stored with it
- `export`: the bundle for outsiders: every event, the signed checkpoints, and the statement of
  state
- `reading`: the log of events, read by auditors: pages, checkpoints, proofs and receipts
- `recording`: how a use case writes its event
- `verification`: the live store held against its log: every event, node, column and row, in one
  snapshot
"""
