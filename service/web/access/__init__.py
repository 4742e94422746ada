"""Signing in and out."""

from service.web.access import accounts, second_factor, sign_in

ROUTERS = (
    sign_in.router,
    sign_in.provider,
    second_factor.router,
    accounts.own_tokens_router,
    accounts.router,
)
