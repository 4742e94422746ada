"""Questions at the console: faults and their remedies.

- `doctor`: `identlink doctor`: parts installed, missing or set wrongly
- `restoring`: restores backups, from files and from standard input, and rehearses that in a
  scratch store
- `status`: `identlink status`: how a store is, on one screen
"""
