"""Tokens, clients and OAuth 2.0."""

from service.api.access import back_channel, clients, oauth, tokens

ROUTERS = (tokens.router, clients.router, oauth.router, back_channel.router)
