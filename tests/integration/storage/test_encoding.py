"""A database of PostgreSQL that is not in UTF-8 is refused in one sentence, and stays empty."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import make_url

from domain.errors import ConfigurationError
from service.storage.engine.migrate import upgrade
from tests.postgres import PostgresServer

pytestmark = pytest.mark.databases


def test_a_database_of_bytes_is_refused(postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.url, autocommit=True) as server:
        server.execute(
            "CREATE DATABASE bytes ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
            " TEMPLATE template0"
        )
    url = make_url(postgres_server.url).set(database="bytes")
    address = url.render_as_string(hide_password=False)

    with pytest.raises(ConfigurationError, match="does not use UTF-8"):
        upgrade(address)

    with psycopg.connect(address, autocommit=True) as database:
        query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert database.execute(query).fetchone() in {(0,), (b"0",)}
    with psycopg.connect(postgres_server.url, autocommit=True) as server:
        server.execute("DROP DATABASE bytes")
