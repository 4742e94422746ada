"""Tables of the office's own work: purges by plan, and its publications.

- `publication`: countable facts, frozen releases, and published answers
- `retention`: plans of a purge, and decisions of retention reviews
"""
