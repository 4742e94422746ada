"""The other State as this installation knows it: address, channel and keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from domain.exchange.codes import Transport
from domain.exchange.identifiers import StateCode
from domain.ids import UserId

PartnerId = NewType("PartnerId", str)
"""One registration of a State: a key, with the channel and the address that go with it."""


@dataclass(frozen=True, slots=True)
class Partner:
    """One registration; a State that changes its key has several for a while."""

    partner_id: PartnerId
    state: StateCode
    transport: Transport
    address: str
    """A URL, or the name of the State's folder."""
    key_id: str
    """SHA-256 thumbprint of the key (RFC 7638); empty for a drop folder."""
    public_key: str
    """JSON Web Key, Ed25519; empty for a drop folder."""
    registered_by: UserId
    registered_at: datetime
    ended_at: datetime | None = None

    @property
    def is_in_force(self) -> bool:
        """Whether the registration stands."""
        return self.ended_at is None
