from __future__ import annotations

import pytest

from domain.errors import NotFoundError
from service.storage.database import UnitsOfWork
from service.storage.log.checkpoints import StoredCheckpoint
from tests.contract.builders import NOON


def _add(units: UnitsOfWork, size: int, note: bytes = b"note") -> bool:
    with units.write() as unit:
        added = unit.checkpoints.add(StoredCheckpoint(size, note, NOON))
        unit.commit()
    return added


def test_there_is_none_before_the_first(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit:
        assert unit.checkpoints.latest() is None
        assert unit.checkpoints.covering(0) is None
        assert list(unit.checkpoints.every()) == []


def test_the_first_note_of_a_size_stays(units_of_work: UnitsOfWork) -> None:
    added = [_add(units_of_work, 5, note) for note in (b"first", b"second")]

    with units_of_work.read() as unit:
        kept = unit.checkpoints.latest()
    assert added == [True, False]
    assert kept == StoredCheckpoint(5, b"first", NOON)


def test_checkpoints_come_in_order_of_size_whenever_they_were_added(
    units_of_work: UnitsOfWork,
) -> None:
    for size in (7, 3, 11):
        _add(units_of_work, size)

    with units_of_work.read() as unit:
        latest, covering = unit.checkpoints.latest(), unit.checkpoints.covering(4)
        sizes = [stored.size for stored in unit.checkpoints.every()]
    assert sizes == [3, 7, 11]
    assert latest is not None
    assert covering is not None
    assert (latest.size, covering.size) == (11, 7)


def test_each_witness_adds_to_a_size_once(units_of_work: UnitsOfWork) -> None:
    _add(units_of_work, 5)
    with units_of_work.write() as unit:
        added = [
            unit.checkpoints.add_cosigned(5, witness, note)
            for witness, note in (("a", b"1"), ("b", b"2"), ("a", b"3"))
        ]
        unit.commit()

    with units_of_work.read() as unit:
        kept = [(one.size, one.note) for one in unit.checkpoints.cosigned()]
        assert kept == [(5, b"1"), (5, b"2")]
    assert added == [True, True, False]


def test_a_size_without_a_checkpoint_is_not_cosigned(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit, pytest.raises(NotFoundError):
        unit.checkpoints.add_cosigned(5, "a", b"note")


def test_the_furthest_note_of_each_witness_is_found(units_of_work: UnitsOfWork) -> None:
    for size in (3, 7):
        _add(units_of_work, size)
    with units_of_work.write() as unit:
        unit.checkpoints.add_cosigned(3, "w/one", b"one at 3")
        unit.checkpoints.add_cosigned(7, "w/one", b"one at 7")
        unit.checkpoints.add_cosigned(3, "w/two", b"two at 3")
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.checkpoints.newest_cosigned() == (b"one at 7", b"two at 3")
