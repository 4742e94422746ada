"""Accounts, sessions, tokens and clients.

- `accounts`: local accounts on a database
- `clients`: clients of forces on a database
- `idempotency`: idempotency keys
- `sessions`: sessions and failed sign-ins on a database
- `tokens`: bearer tokens and idempotency keys
"""
