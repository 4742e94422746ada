from __future__ import annotations

import io
import json
from dataclasses import dataclass, field

from domain.errors import StorePart, StoreUnavailableError
from domain.outages import DiskFullError, ReadOnlyStoreError, StoreLockedError, outage
from service.live.outages import OutageChange, Outages, outage_note, report_or
from service.logs import build_logger


@dataclass
class Clock:
    """A monotonic clock that a test moves."""

    now_s: float = 100.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Store:
    """A store whose faults a test sets."""

    faults: tuple[StoreUnavailableError, ...] = ()
    looks: list[bool] = field(default_factory=list)

    def __call__(self, is_thorough: bool) -> tuple[StoreUnavailableError, ...]:
        self.looks.append(is_thorough)
        return self.faults


FULL = outage(DiskFullError, StorePart.KEYS)


def watched() -> tuple[Outages, Clock, Store, list[OutageChange]]:
    clock, store, heard = Clock(), Store(), list[OutageChange]()
    outages = Outages(clock)
    outages.watch(store)
    outages.listen(heard.append)
    return outages, clock, store, heard


def test_an_outage_is_told_once_when_it_begins_and_once_when_it_ends() -> None:
    outages, clock, store, heard = watched()
    store.faults = (FULL,)

    for _ in range(5):
        outages.report(FULL)
        outages.look()
    store.faults = ()
    clock.now_s += 7
    outages.look()
    outages.look()

    assert [change.is_over for change in heard] == [False, True]
    assert heard[1].lasted_s == 7
    assert outages.lasting() == ()


def test_one_kind_in_two_parts_is_two_outages() -> None:
    outages, _, store, heard = watched()
    store.faults = (FULL, outage(DiskFullError, StorePart.INDEX))

    outages.look()

    assert len(heard) == len(outages.lasting()) == 2


def test_callers_are_told_to_come_back_after_the_next_look() -> None:
    outages, clock, store, _ = watched()
    store.faults = (FULL,)
    outages.report(FULL)
    waits = []
    for _ in range(8):
        waits.append(outages.retry_after_s(FULL))
        clock.now_s += waits[-1]
        outages.look()

    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_an_outage_that_took_long_the_last_time_is_expected_to_take_as_long() -> None:
    outages, clock, _, _ = watched()
    outages.report(FULL)
    clock.now_s += 90
    outages.look()

    outages.report(FULL)
    first = outages.retry_after_s(FULL)
    clock.now_s += 80
    later = outages.retry_after_s(FULL)

    assert (first, later) == (90, 10)


def test_no_caller_is_told_to_wait_longer_than_five_minutes() -> None:
    outages, clock, _, _ = watched()
    outages.report(FULL)
    clock.now_s += 86_400
    outages.look()

    outages.report(FULL)

    assert outages.retry_after_s(FULL) == 300


def test_a_lock_in_the_way_of_one_call_is_no_outage_unless_a_look_meets_it() -> None:
    outages, _, store, heard = watched()
    locked = outage(StoreLockedError)

    outages.report(locked)
    before, wait_s = outages.lasting(), outages.retry_after_s(locked)
    store.faults = (locked,)
    outages.look()

    assert (before, wait_s) == ((), 1)
    assert [change.outage for change in heard] == [locked]


def test_an_outage_that_no_look_reaches_lasts_as_long_as_work_meets_it() -> None:
    outages, _, _, heard = watched()
    unseen = outage(DiskFullError, StorePart.FILES)

    for _ in range(3):
        outages.report(unseen)
        outages.look()
    lasting = outages.lasting()
    outages.look()

    assert lasting == (unseen,)
    assert [change.is_over for change in heard] == [False, True]


def test_a_look_is_thorough_while_an_outage_lasts() -> None:
    outages, _, store, _ = watched()

    outages.look()
    outages.report(FULL)
    outages.look()
    outages.look()

    assert store.looks == [False, True, False]


def test_simultaneous_requests_for_a_look_get_one() -> None:
    outages, clock, store, _ = watched()
    store.faults = (FULL,)
    outages.look_again()
    outages.report(FULL)

    for _ in range(5):
        outages.look_again()
    clock.now_s += 1
    outages.look_again()

    assert len(store.looks) == 2


def test_a_report_ends_the_wait_for_the_next_look() -> None:
    outages = Outages()

    outages.report(FULL)

    outages.wait_for_look()


def test_each_change_is_a_line_and_its_beginning_an_error() -> None:
    outages, clock, _, _ = watched()
    stream = io.StringIO()
    outages.listen(outage_note(build_logger(stream)))

    outages.report(FULL)
    outages.report(FULL)
    clock.now_s += 2
    outages.look()

    began, ended = map(json.loads, stream.getvalue().splitlines())
    assert (began["event"], began["level"]) == ("outage-began", "error")
    assert (began["problem"], began["part"]) == ("disk-full", "keys")
    assert (ended["event"], ended["duration_ms"]) == ("outage-ended", 2_000)


def test_an_error_that_is_no_outage_is_handed_on() -> None:
    outages, _, _, _ = watched()
    handed: list[BaseException] = []
    note = report_or(outages, handed.append, StorePart.KEYS)
    mistake = ValueError()

    note(mistake)
    note(OSError(30, "Read-only file system"))

    assert handed == [mistake]
    (lasting,) = outages.lasting()
    assert isinstance(lasting, ReadOnlyStoreError)
    assert lasting.part is StorePart.KEYS
