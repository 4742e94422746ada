"""Payloads with personal data: sealed, numbered and erasable.

- `payloads`: the one place where personal data and templates are kept: numbered items that can
  be erased
- `sealing`: payloads sealed by the vault: what the payload table holds when encryption is on
- `vault_keys`: keys of one transaction: they reach the key store together, just before the
  commit
"""
