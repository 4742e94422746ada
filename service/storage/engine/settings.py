"""How the database is connected to: one frozen value, no addresses, no secrets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Pool and timeouts; the same fields serve SQLite and PostgreSQL."""

    pool_size: int = 8
    """Connections kept open."""
    pool_overflow: int = 16
    """Connections that may be opened beyond the pool under load."""
    pool_timeout_s: float = 10.0
    """How long a unit of work waits for a connection."""
    lock_timeout_ms: int = 10_000
    """How long a writer waits for another (`busy_timeout`, on PostgreSQL `lock_timeout`)."""
    statement_timeout_ms: int = 60_000
    """Only for PostgreSQL: the longest that one statement may run."""
