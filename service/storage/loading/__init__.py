"""The loader: people by the thousand.

- `bulk`: the loader's path: people, records and captures by the thousand, plain inserts, one
  commit
- `stock`: what PostgreSQL is told after a load, before it finds out by itself
"""
