"""The log: events, tree, checkpoints, and the state that it must tell.

- `checkpoints`: signed checkpoints on a database
- `events`: the log of events
- `head`: giving numbers: events and gallery changes are counted without gaps, in the order of
  commits
- `state`: the state of the database as the log has to tell it: rows, columns beside bodies,
  nodes
"""
