"""Stock-taking after a load, which PostgreSQL would otherwise do at some later time.

New rows do not say yet that all transactions see them. The first reader notes it, and with
checksums each page so noted goes to the write-ahead log whole: until autovacuum has been there,
in the middle of the day, searches write many times as much as later.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from service.storage.tables.people import (
    encounters,
    gallery_changes,
    live_records,
    payloads,
    persons,
    record_changes,
    records,
)

_LOADED = ", ".join(
    table.name
    for table in (
        persons,
        records,
        live_records,
        record_changes,
        encounters,
        gallery_changes,
        payloads,
    )
)
# A table that is being looked after already is left to whoever does.
_TAKE_STOCK = f"VACUUM (FREEZE, ANALYZE, SKIP_LOCKED) {_LOADED}"


def take_stock(connection: Connection) -> None:
    """Let the database take stock of the tables that a load fills; their content stays as it is.

    The connection has not begun a transaction: VACUUM has none. SQLite needs nothing of the kind.
    """
    if connection.dialect.name == "sqlite":
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("SET statement_timeout = 0")
    try:
        driver.execute(_TAKE_STOCK)
    finally:
        driver.execute("RESET statement_timeout")
