"""Payloads with personal data: sealed, numbered and erasable.

- `belonging`: whether the keys at hand are those of this database
- `payloads`: the one place where personal data and templates are kept: numbered items that can
  be erased
"""
