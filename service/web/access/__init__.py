"""Signing in and out."""

from service.web.access import accounts, own_tokens, provider, second_factor, sign_in

ROUTERS = (
    sign_in.router,
    provider.router,
    second_factor.router,
    own_tokens.router,
    accounts.router,
)
