"""The loader: people by the thousand.

- `batch`: enrolling thousands of people at a time: a batch as columns, stored with one event
- `bulk`: the loader's path: people, records and captures by the thousand, plain inserts, one
  commit
- `stock`: what PostgreSQL is told after a load, before it finds out by itself
"""
