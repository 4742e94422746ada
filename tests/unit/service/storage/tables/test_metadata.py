"""Times are stored as instants in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from sqlalchemy import Dialect, create_engine, literal_column, make_url, select

from domain.errors import LogDamagedError
from service.storage.tables.metadata import UtcDateTime
from tests.unit.service.storage.strategies import moments

TYPE = UtcDateTime()
DIALECTS = [make_url(url).get_dialect()() for url in ("sqlite://", "postgresql+psycopg://")]
SUMMER = datetime(2025, 7, 1, 13, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_time_of_another_zone_comes_back_as_the_same_instant(dialect: Dialect) -> None:
    bound = TYPE.process_bind_param(SUMMER, dialect)
    found = TYPE.process_result_value(bound, dialect)

    assert found == SUMMER
    assert found is not None
    assert found.tzinfo is UTC


@given(moments)
def test_sqlite_keeps_every_microsecond(at: datetime) -> None:
    bound = TYPE.process_bind_param(at, DIALECTS[0])

    assert bound is not None
    assert bound.tzinfo is None
    assert TYPE.process_result_value(bound, DIALECTS[0]) == at


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        TYPE.process_bind_param(datetime(2025, 1, 1), DIALECTS[0])  # noqa: DTZ001


def test_no_time_stays_no_time() -> None:
    assert TYPE.process_bind_param(None, DIALECTS[0]) is None
    assert TYPE.process_result_value(None, DIALECTS[0]) is None


@pytest.mark.parametrize("stored", ["'some day'", "7"])
def test_what_is_no_time_is_an_error_that_says_so(stored: str) -> None:
    query = select(literal_column(stored, TYPE))

    with (
        create_engine("sqlite://").connect() as connection,
        pytest.raises(LogDamagedError, match="A stored time is malformed"),
    ):
        connection.execute(query).all()


def test_a_time_is_read_as_it_was_written() -> None:
    query = select(literal_column("'2025-07-01 12:30:00.000007'", TYPE))

    with create_engine("sqlite://").connect() as connection:
        found = connection.execute(query).scalar_one()

    assert found == datetime(2025, 7, 1, 12, 30, 0, 7, tzinfo=UTC)
