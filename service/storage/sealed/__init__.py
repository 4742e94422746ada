"""Payloads with personal data: sealed, numbered and erasable.

- `belonging`: whether the keys at hand are those of this database
- `database_keys`: the key store in a PostgreSQL database, for several hosts
- `payloads`: the one place where personal data and templates are kept: numbered items that can
  be erased
"""
