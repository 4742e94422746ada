"""An increment and the backup before it are the full backup of their moment, byte for byte."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete, insert, update

from domain.errors import BackupDamagedError
from service.storage.backup.backup import (
    BackupSummary,
    Written,
    check_backup,
    write_backup,
)
from service.storage.backup.increments import (
    BackupList,
    LineWriter,
    check_increment,
    merged,
    read_list,
)
from service.storage.tables.log import log_head
from service.storage.tables.people import payloads

MADE_AT = datetime(2026, 12, 1, tzinfo=UTC)
TABLES = (log_head, payloads)
ROWS = 300
ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Examples only read what a fixture made."""


@pytest.fixture(scope="module")
def raw() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        for table in TABLES:
            table.create(connection)
        head = {"head": 1, "size": 7, "frontier": b"", "change_seq": 0}
        connection.execute(insert(log_head).values(head))
        yield connection
        connection.rollback()
    engine.dispose()


def written(raw: Connection, since: BackupList | None = None) -> tuple[bytes, Written]:
    file = io.BytesIO()
    told = write_backup(raw, file, schema="now", made_at=MADE_AT, tables=TABLES, since=since)
    return file.getvalue(), told


def lines(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)


def put(raw: Connection, numbers: Sequence[int], body: bytes = b"sealed") -> None:
    rows = [{"payload_id": number, "kind": "image", "body": body} for number in numbers]
    raw.execute(insert(payloads), rows)


@pytest.fixture
def filled(raw: Connection) -> Connection:
    raw.execute(delete(payloads))
    put(raw, range(10, 10 * ROWS + 10, 10))
    return raw


def listed(told: Written) -> BackupList:
    """Return a list as it comes back from its file."""
    file = io.BytesIO()
    told.listed.write(file)
    file.seek(0)
    return read_list(file)


def changes() -> st.SearchStrategy[list[list[tuple[str, int]]]]:
    kinds = st.sampled_from(["add", "delete", "change"])
    one = st.lists(st.tuples(kinds, st.integers(1, 4_000)), max_size=8)
    return st.lists(one, min_size=1, max_size=3)


@given(rounds=changes())
def test_all_increments_merge_into_the_whole_backup(
    raw: Connection, rounds: list[list[tuple[str, int]]]
) -> None:
    raw.execute(delete(payloads))
    put(raw, range(10, 10 * ROWS + 10, 10))
    whole, told = written(raw)
    for one in rounds:
        for kind, number in one:
            change(raw, kind, number)
        part, told = written(raw, listed(told))
        check_increment(lines(part))
        whole = b"".join(merged(lines(whole), lines(part)))

    assert whole == written(raw)[0]
    assert check_backup(lines(whole)) == told.summary


def change(raw: Connection, kind: str, number: int) -> None:
    at = payloads.c.payload_id == number
    if kind != "change":
        raw.execute(delete(payloads).where(at))
    if kind == "add":
        put(raw, [number], b"new")
    elif kind == "change":
        raw.execute(update(payloads).where(at).values(body=b"sealed anew"))


def test_an_increment_holds_the_lines_of_changed_rows_only(filled: Connection) -> None:
    whole, told = written(filled)
    change(filled, "change", 1_500)
    put(filled, [1_505])

    part, increment = written(filled, listed(told))

    assert 2 <= increment.rows_written < ROWS / 2
    assert increment.summary.rows["payloads"] == ROWS + 1
    assert len(part) < len(whole) / 2


def test_nothing_changed_leaves_no_row(filled: Connection) -> None:
    _, told = written(filled)

    assert written(filled, listed(told))[1].rows_written == 0


def made(rows: Sequence[int], since: BackupList | None = None) -> tuple[bytes, BackupList]:
    """Return a backup of one table with a line for each row, in this order, and its list."""
    file = io.BytesIO()
    writer = LineWriter(file, since)
    writer.head({"events": 7})
    for row in rows:
        writer.rows("payloads", [[row]])
    writer.end({"payloads": len(rows)})
    return file.getvalue(), writer.listed


@given(
    before=st.lists(st.integers(0, 9), unique=True),
    after=st.lists(st.integers(0, 9), unique=True),
)
def test_lines_may_also_move(before: list[int], after: list[int]) -> None:
    """The order of keys may differ between databases, for instance by their collation."""
    whole, told = made(before)

    part, _ = made(after, told)

    assert b"".join(merged(lines(whole), lines(part))) == made(after)[0]


@pytest.fixture
def chain(filled: Connection) -> list[bytes]:
    """Return a full backup and two increments, each since the one before."""
    files, since = [], None
    for number in (1, 2, 3):
        put(filled, [number])
        data, told = written(filled, since)
        files.append(data)
        since = listed(told)
    return files


def read(files: Sequence[bytes]) -> list[bytes]:
    """Return the lines of a chain of files that a restore would read."""
    found: Iterable[bytes] = lines(files[0])
    for part in files[1:]:
        found = merged(found, lines(part))
    told = list(found)
    check_backup(told)
    return told


def restored(files: Sequence[bytes]) -> BackupSummary:
    return check_backup(read(files))


def test_a_chain_reads_as_its_last_moment(chain: list[bytes]) -> None:
    assert restored(chain).rows["payloads"] == ROWS + 3
    assert restored(chain[:2]).rows["payloads"] == ROWS + 2


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        pytest.param([1], "This is an increment", id="an increment alone"),
        pytest.param([0, 2], "is missing or out of order", id="one left out"),
        pytest.param([0, 2, 1], "is missing or out of order", id="not in their order"),
        pytest.param([0, 1, 1], "is missing or out of order", id="one twice"),
        pytest.param(
            [0, 0], "Only the first file may be a full backup", id="a full backup instead"
        ),
        pytest.param([1, 2], "This is an increment", id="without the full backup"),
    ],
)
def test_files_that_do_not_follow_each_other_are_refused(
    chain: list[bytes], order: list[int], sentence: str
) -> None:
    with pytest.raises(BackupDamagedError, match=sentence):
        restored([chain[number] for number in order])


@ONCE
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), file=st.integers(0, 2))
def test_a_changed_bit_is_found_or_changes_nothing(
    chain: list[bytes], place: float, bit: int, file: int
) -> None:
    data = bytearray(chain[file])
    data[int(place * len(data))] ^= 1 << bit

    assert_found_or_harmless(chain, file, bytes(data))


@pytest.mark.parametrize("file", [1, 2])
def test_each_changed_bit_of_a_line_that_steers_is_found(chain: list[bytes], file: int) -> None:
    """The first line names the backup before it; others name the lines that it keeps of that."""
    told, begin, tried = chain[file].splitlines(keepends=True), 0, 0
    for line in told[:40]:
        if begin == 0 or line.startswith(b'{"kept"'):
            for bit in range(8 * len(line)):
                data = bytearray(chain[file])
                data[begin + bit // 8] ^= 1 << bit % 8
                assert_found_or_harmless(chain, file, bytes(data))
                tried += 1
        begin += len(line)

    assert tried > 900


@ONCE
@given(length=st.floats(0, 1, exclude_max=True), file=st.integers(0, 2))
def test_a_cut_file_is_found_or_has_all_rows(chain: list[bytes], length: float, file: int) -> None:
    assert_found_or_harmless(chain, file, chain[file][: int(length * len(chain[file]))])


def assert_found_or_harmless(chain: list[bytes], file: int, data: bytes) -> None:
    """What has changed since the full backup is read from the increments, whatever it was."""
    whole = b"".join(read(chain))
    try:
        found = read([data if number == file else chain[number] for number in range(3)])
        assert b"".join(found).rstrip() == whole.rstrip()
    except BackupDamagedError:
        pass


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"7", b"\xff", b'{"tables": 1}\n', b"[" * 99_999]
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(BackupDamagedError, match="not the list of a backup"):
        read_list(lines(data))
