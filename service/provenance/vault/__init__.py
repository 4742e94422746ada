"""Sealed payloads and the keys that erase them.

- `key_files`: the key store of one machine: an SQLite file of its own, apart from the main
  database
- `vault`: sealed payloads: each personal payload is encrypted under a key of its own
- `withdrawals`: access that was taken away, and what the key store remembers of it
"""
