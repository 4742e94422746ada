"""Tokens, clients and OAuth 2.0."""

from service.api.access import back_channel, clients, oauth

ROUTERS = (clients.tokens, clients.router, oauth.router, back_channel.router)
