"""Names that another process holds: the same answers, and plain refusals when it is not there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from domain.errors import IndexNotReadyError, StoreUnavailableError
from domain.ids import PersonId, PersonRow
from domain.people.people import Details
from domain.searches.searches import CountedWords
from service.adapters.names import AskedNames, NamesListener
from service.live.names import LiveNames
from service.ports.gallery import Names
from service.storage.database import UnitsOfWork
from tests.contract.builders import record
from tests.contract.test_live_names import SAID, enrolled

KEY = b"of these tests alone"


@contextmanager
def held(path: Path, names: Names) -> Iterator[list[BaseException]]:
    """Answer for names in a thread; yields the failures that were noted."""
    noted: list[BaseException] = []
    with NamesListener(path, KEY, names, noted.append) as listener:
        threading.Thread(target=listener.serve, daemon=True).start()
        yield noted


def test_nobody_answers_once_the_socket_is_closed(tmp_path: Path) -> None:
    with NamesListener(tmp_path / "s", KEY, Failing(KeyError()), print) as listener:
        pass

    answering = threading.Thread(target=listener.serve, daemon=True)
    answering.start()
    answering.join(30)
    assert not answering.is_alive()


@dataclass(frozen=True)
class Failing:
    """Names that cannot be asked."""

    error: Exception

    def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
        raise self.error

    def words(self, said: Details) -> CountedWords:
        raise self.error

    def __len__(self) -> int:
        raise self.error


def test_each_answer_is_that_of_the_index(units_of_work: UnitsOfWork, tmp_path: Path) -> None:
    enrolled(units_of_work, *range(1, 9))
    names = LiveNames(units_of_work)
    alone = [record(f"person-{n}", f"record-{n}").details for n in range(1, 9)]

    with held(tmp_path / "s", names) as noted, ThreadPoolExecutor(8) as pool:
        asked = AskedNames(tmp_path / "s", KEY)
        together = list(pool.map(lambda said: asked.candidates(said, 5), [SAID, *alone] * 10))
        count = len(asked)

    assert together == [names.candidates(said, 5) for said in [SAID, *alone] * 10]
    assert (count, noted) == (8, [])


def test_words_are_counted_alike_by_the_index_and_by_whoever_asks_for_it(
    units_of_work: UnitsOfWork, tmp_path: Path
) -> None:
    enrolled(units_of_work, *range(1, 9))
    names = LiveNames(units_of_work)
    with held(tmp_path / "s", names) as noted:
        asked = AskedNames(tmp_path / "s", KEY)
        asked.candidates(SAID, 5)
        counted = asked.words(SAID)

    assert counted == names.words(SAID)
    # Each of the eight has two names and two dates of birth, and the words are of one name.
    assert counted.entries == 32
    assert {one.alike[0] for one in counted.words} == {16}
    assert noted == []


def test_what_is_committed_is_found_and_who_is_erased_is_not(
    units_of_work: UnitsOfWork, tmp_path: Path
) -> None:
    with held(tmp_path / "s", LiveNames(units_of_work)):
        asked = AskedNames(tmp_path / "s", KEY)
        before = asked.candidates(SAID, 10)
        first, second = enrolled(units_of_work, 1, 2)
        found = asked.candidates(SAID, 10)
        with units_of_work.write() as unit:
            unit.people.erase_person(PersonId("person-1"))
            unit.commit()
        after = asked.candidates(SAID, 10)

    assert (before, set(found), after) == ((), {first, second}, (second,))


def test_whoever_holds_them_next_is_asked_without_a_failure(
    units_of_work: UnitsOfWork, tmp_path: Path
) -> None:
    rows = enrolled(units_of_work, 1)
    asked = AskedNames(tmp_path / "s", KEY)
    path = tmp_path / "s"
    with held(path, Failing(IndexNotReadyError())):
        with pytest.raises(IndexNotReadyError):
            asked.candidates(SAID, 10)
        for connection in asked._free:
            connection.close()

    with held(path, LiveNames(units_of_work)):
        assert asked.candidates(SAID, 10) == tuple(rows)


def test_the_directory_may_lie_deeper_than_a_socket_reaches(
    units_of_work: UnitsOfWork, tmp_path: Path
) -> None:
    rows = enrolled(units_of_work, 1)
    deep = tmp_path / ("d" * 120)
    deep.mkdir()

    with held(deep / "s", LiveNames(units_of_work)):
        found = [AskedNames(deep / "s", KEY).candidates(SAID, 10) for _ in range(2)]

    assert found == [tuple(rows)] * 2
    assert not (deep / "s").exists()


def test_where_no_one_holds_them_the_caller_is_asked_to_come_back(tmp_path: Path) -> None:
    asked = AskedNames(tmp_path / "s", KEY)

    with pytest.raises(IndexNotReadyError, match="try again"):
        asked.candidates(SAID, 10)


def test_who_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    release = threading.Event()

    class Slow(Failing):
        def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
            release.wait(30)
            return ()

    with held(tmp_path / "s", Slow(ValueError())):
        asked = AskedNames(tmp_path / "s", KEY, patience_s=0.05)
        with pytest.raises(IndexNotReadyError, match="try again"):
            asked.candidates(SAID, 10)
        release.set()

    assert asked._free == []


@pytest.mark.parametrize(
    ("error", "told", "count"),
    [
        (IndexNotReadyError(), IndexNotReadyError, 0),
        (StoreUnavailableError(), StoreUnavailableError, 0),
        (RuntimeError("Smith, born 1980"), StoreUnavailableError, 1),
    ],
)
def test_a_failure_is_told_by_its_kind_alone(
    tmp_path: Path, error: Exception, told: type[Exception], count: int
) -> None:
    with held(tmp_path / "s", Failing(error)) as noted:
        asked = AskedNames(tmp_path / "s", KEY)
        for question in (lambda: asked.candidates(SAID, 10), lambda: len(asked)):
            with pytest.raises(told) as raised:
                question()
            assert "Smith" not in str(raised.value)

    assert len(noted) == 2 * count


def test_without_the_key_no_one_is_answered(units_of_work: UnitsOfWork, tmp_path: Path) -> None:
    rows = enrolled(units_of_work, 1)
    with held(tmp_path / "s", LiveNames(units_of_work)):
        with pytest.raises(IndexNotReadyError):
            AskedNames(tmp_path / "s", b"guessed").candidates(SAID, 10)
        with pytest.raises(AuthenticationError):
            Client(str(tmp_path / "s"), "AF_UNIX", authkey=b"guessed")

        assert AskedNames(tmp_path / "s", KEY).candidates(SAID, 10) == tuple(rows)


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff", b'[{"names": 3}, 5]'])
def test_a_question_that_is_none_is_refused_and_the_next_is_answered(
    units_of_work: UnitsOfWork, tmp_path: Path, body: bytes
) -> None:
    rows = enrolled(units_of_work, 1)
    with held(tmp_path / "s", LiveNames(units_of_work)):
        with Client(str(tmp_path / "s"), "AF_UNIX", authkey=KEY) as connection:
            connection.send_bytes(body)
            assert connection.recv_bytes() == b"u"

        assert AskedNames(tmp_path / "s", KEY).candidates(SAID, 10) == tuple(rows)
