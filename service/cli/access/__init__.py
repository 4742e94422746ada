"""Commands for those who get in: people, systems of forces, tokens.

- `accounts`: `identlink account`: sign-ins to the workbench
- `clients`: `identlink client`: systems of forces that get access tokens by keys of their own
- `tokens`: `identlink token`: bearer tokens
"""
