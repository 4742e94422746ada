"""Tables of what the office does by itself: purges by plan, and what it publishes.

- `publication`: countable facts, frozen releases, and published answers
- `retention`: plans of a purge, and decisions of retention reviews
"""
