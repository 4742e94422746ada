"""`identlink sandbox`: a store with known people, for authors of a client of their own.

- `clock`: the sandbox's clock: the real one, moved forward by calls that only a sandbox answers
- `serving`: `identlink sandbox`: a store with known people, for authors of a client of their own
"""
