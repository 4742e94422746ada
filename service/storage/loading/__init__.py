"""The loader: people by the thousand.

- `batch`: enrolling thousands of people at a time: a batch as columns, stored with one event
- `bulk`: the loader's path: people, records and captures by the thousand, plain inserts, one
  commit
- `stock`: stock-taking after a load, which PostgreSQL would otherwise do at some later time
"""
