"""Connections, transactions and statements on both databases.

- `append_only`: triggers by which the database itself refuses to change rows that are written
  once
- `database_place`: the place of an SQLite file: whether the file that was opened is still there
- `engines`: engines for both databases: BEGIN, durability and waiting times
- `json_bodies`: JSON bodies: compact, sorted keys, UTF-8, so that equal values have equal bytes
- `membership`: whether a column has one of many values, as one parameter however many there are
- `migrate`: the schema is built and moved on by Alembic alone, in production and in tests
- `modes`: what a connection is for, and the arguments that engines of both databases share
- `outages`: errors of a driver that mean an outage: the database is away, busy or full
- `postgresql`: the engine of PostgreSQL; its driver is an extra
- `row_numbers`: numbers of new rows: ascending, and never given twice, even after deletions
- `row_security`: row-level security on PostgreSQL: a force's transaction sees and writes its own
  rows alone
- `row_texts`: rows as texts: what the digests of the log are of, the same on both databases
- `rows`: rows of tables, and the domain values that they hold
- `settings`: how the database is connected to: one frozen value, no addresses, no secrets
- `sorted_pages`: pages of a list that the database sorts: each goes on behind the last row of
  the one before
- `write_lock`: SQLite's one write lock, given soon after it is free and roughly in the order of
  asking
- `writes`: inserts that say whether they took place, and inserts of rows by the thousand
"""
