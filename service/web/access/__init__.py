"""Signing in and out.

- `key_forms`: what forms and security keys have to do with each other: challenges shown,
  answers read
- `own_tokens`: the tokens that were issued in a visitor's name
- `provider`: signing in by the identity provider: there and back again
- `second_factor`: the second factors of a person's own account: enrolled, looked at, removed
- `sign_in`: signing in and out
"""

from __future__ import annotations

from service.web.access import own_tokens, provider, second_factor, sign_in

ROUTERS = (sign_in.router, provider.router, second_factor.router, own_tokens.router)
