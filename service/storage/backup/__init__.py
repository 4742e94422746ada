"""Backup of the whole database, and its restoration.

- `backup`: the whole database as one file and back: the same file for SQLite and PostgreSQL
- `past_tables`: the tables of an earlier schema, as a backup holds them or a database has them
- `restoring`: restoring a backup in one transaction: later erasures and withdrawals of access
  are repeated
- `withdrawing`: access withdrawn after a backup is withdrawn again when the backup is restored
"""
