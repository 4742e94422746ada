"""Sealed payloads and the keys that erase them.

- `key_file_place`: the place of an open key file: whether it is still there, and faults named
  as they are
- `key_files`: the key store of one machine: an SQLite file of its own, apart from the main
  database
- `vault`: sealed payloads: each personal payload is encrypted under a key of its own
- `withdrawals`: the key store's memory of withdrawn access
"""
