"""Hosts on one database: they tell of themselves, and one of them signs the log at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.outages import StoreLockedError
from service.storage.database import UnitsOfWork

LASTS = timedelta(seconds=10)
LONG = timedelta(days=1)


def _take(units_of_work: UnitsOfWork, host: str, lasts: timedelta = LASTS) -> int | None:
    with units_of_work.write() as unit:
        epoch = unit.hosts.take_lease(host, lasts)
        unit.commit()
    return epoch


def _give_back(units_of_work: UnitsOfWork, epoch: int) -> None:
    with units_of_work.write() as unit:
        unit.hosts.give_lease_back(epoch)
        unit.commit()


def test_one_host_holds_the_lease_until_it_gives_it_back(units_of_work: UnitsOfWork) -> None:
    first = _take(units_of_work, "a")

    assert first is not None
    assert _take(units_of_work, "b") is None
    _give_back(units_of_work, first)
    second = _take(units_of_work, "b")
    assert second is not None
    assert second > first
    with units_of_work.read() as unit:
        assert unit.hosts.signing_host() == "b"


@pytest.mark.promise("tampering")
def test_a_host_that_slept_under_the_lease_stores_nothing_when_it_wakes(
    units_of_work: UnitsOfWork,
) -> None:
    slept = _take(units_of_work, "a", timedelta(seconds=-1))
    assert slept is not None
    taken_over = _take(units_of_work, "b")
    assert taken_over is not None

    with pytest.raises(StoreLockedError):
        _give_back(units_of_work, slept)
    _give_back(units_of_work, taken_over)
    with pytest.raises(StoreLockedError):
        _give_back(units_of_work, slept)


def test_hosts_are_told_until_they_are_silent_for_long_or_leave(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        for name, version in (("a", "1"), ("b", "1"), ("a", "2")):
            unit.hosts.seen(name, version, forget_after=LONG)
        unit.commit()
    with units_of_work.read() as unit:
        told = unit.hosts.every()
    assert [(one.name, one.version) for one in told] == [("a", "2"), ("b", "1")]
    assert all(abs(one.silent_for) < timedelta(minutes=1) for one in told)

    with units_of_work.write() as unit:
        unit.hosts.left("b")
        unit.hosts.seen("c", "2", forget_after=timedelta(seconds=-5))
        unit.commit()
    with units_of_work.read() as unit:
        assert unit.hosts.every() == ()
