"""A PostgreSQL that an administrator lets nobody write, or whose tables belong to another role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, make_url, text

from domain.outages import ReadOnlyStoreError
from service.storage.engine.engines import read_connection, write_connection
from tests.integration.storage.raw import opened

pytestmark = pytest.mark.databases


def test_a_database_whose_transactions_only_read_is_not_written(postgres_url: str) -> None:
    url = make_url(postgres_url).update_query_dict(
        {"options": "-c default_transaction_read_only=on"}
    )
    with opened(url.render_as_string(hide_password=False)) as engine:
        with read_connection(engine) as reading:
            assert reading.scalar(text("SELECT count(*) FROM links")) == 0
        with (
            pytest.raises(ReadOnlyStoreError, match="read but not written"),
            write_connection(engine) as writing,
        ):
            writing.execute(text("DELETE FROM log_followers"))


@pytest.mark.parametrize("connect", [read_connection, write_connection])
def test_a_role_without_rights_to_the_tables_is_told_so(
    postgres_url: str, connect: Callable[[Engine], Connection]
) -> None:
    with opened(postgres_url) as engine, connect(engine) as connected:
        connected.execute(text("SET LOCAL ROLE pg_monitor"))

        with pytest.raises(ReadOnlyStoreError, match="own every table"):
            connected.execute(text("SELECT count(*) FROM links"))
