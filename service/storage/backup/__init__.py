"""Backup of the whole database, and its restoration.

- `backup`: the whole database as one file and back: the same file for SQLite and PostgreSQL
- `restoring`: restoring a backup in one transaction: what was erased, or access taken away,
  since goes again
- `withdrawing`: taking away again, in a restored database, the access that was taken away after
  its backup
"""
