"""Accounts, sessions, tokens and clients."""

from __future__ import annotations

from service.storage.access.accounts import Accounts, SecondFactors
from service.storage.access.clients import Clients, Tokens
from service.storage.access.sessions import IdempotencyKeys, Sessions
from service.storage.transaction import InTransaction, Repository


class AccessRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    accounts = Repository(Accounts)
    second_factors = Repository(SecondFactors)
    sessions = Repository(Sessions)
    tokens = Repository(Tokens)
    clients = Repository(Clients)
    idempotency_keys = Repository(IdempotencyKeys)
