"""Accounts, sessions, tokens and clients."""

from __future__ import annotations

from service.storage.access.accounts import Accounts
from service.storage.access.clients import Clients
from service.storage.access.idempotency_keys import IdempotencyKeys
from service.storage.access.second_factors import SecondFactors
from service.storage.access.sessions import Sessions
from service.storage.access.tokens import Tokens
from service.storage.repository import InTransaction, Repository


class AccessRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    accounts = Repository(Accounts)
    second_factors = Repository(SecondFactors)
    sessions = Repository(Sessions)
    tokens = Repository(Tokens)
    clients = Repository(Clients)
    idempotency_keys = Repository(IdempotencyKeys)
