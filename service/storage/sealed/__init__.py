"""Payloads with personal data: sealed, numbered and erasable.

- `payloads`: the one place where personal data and templates are kept: numbered items that can
  be erased
"""
