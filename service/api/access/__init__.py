"""Tokens, clients and OAuth 2.0."""

from service.api.access import clients, oauth

ROUTERS = (clients.tokens, clients.router, oauth.router, oauth.back_channel)
