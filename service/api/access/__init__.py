"""Tokens, clients and OAuth 2.0.

- `back_channel`: the identity provider's notices of sign-outs (OpenID Connect Back-Channel
  Logout 1.0)
- `clients`: administrators keep the clients of forces
- `direct_calls`: calls of direct routes, worked in one thread as soon as all layers have seen them
- `oauth`: systems of forces get access tokens by their clients' credentials
- `token_requests`: requests for an access token as OAuth 2.0 sends them (RFC 6749): a form, and
  Basic perhaps
- `tokens`: administrators issue and revoke tokens
"""

from __future__ import annotations

from service.api.access import back_channel, clients, oauth, tokens

ROUTERS = (tokens.router, clients.router, oauth.router, back_channel.router)
