from __future__ import annotations

import ast
import os
import stat
import threading
from pathlib import Path

import pytest

import service.cli
from domain.errors import ConflictError
from service.provenance.durable_files import beside, write_new, write_whole
from tests.disks import files_limited_to


def test_a_copy_that_a_killed_writer_left_goes_with_the_next_writing(tmp_path: Path) -> None:
    left = tmp_path / f"vault.key.next.{'0a' * 16}"
    left.write_bytes(b"a key of before")
    other = tmp_path / f"vault.key.{'0a' * 16}"
    other.write_bytes(b"of another file")

    write_new(tmp_path / "vault.key.next", b"a key")

    assert sorted(tmp_path.iterdir()) == [other, tmp_path / "vault.key.next"]


def test_a_file_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "bundle"
    (tmp_path / "bundle.new").write_bytes(b"what a killed writer left")

    with beside(target, ".new") as file:
        file.write(b"whole")
        assert not target.exists()

    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("bundle", b"whole")]


def test_a_file_that_another_writes_is_left_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "bundle"
    with beside(target, ".new") as file:
        with pytest.raises(ConflictError), beside(target, ".new"):
            pass
        file.write(b"whole")

    assert target.read_bytes() == b"whole"


def test_an_error_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), beside(tmp_path / "bundle", ".new"):
        raise OSError("full")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("before", [None, b"an export of before"])
def test_a_full_disk_leaves_what_stood_at_the_place_of_an_export(
    tmp_path: Path, before: bytes | None
) -> None:
    target = tmp_path / "link.zip"
    if before is not None:
        target.write_bytes(before)

    with pytest.raises(OSError, match="large"), files_limited_to(1_000):
        write_whole(target, bytes(100_000))

    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == (
        {} if before is None else {"link.zip": before}
    )


def test_an_export_is_closed_to_others_even_where_an_open_file_stood(tmp_path: Path) -> None:
    target = tmp_path / "link.zip"
    target.write_bytes(b"before")
    target.chmod(0o644)

    write_whole(target, b"names and prints")

    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_an_export_does_not_follow_a_link_that_another_account_made(tmp_path: Path) -> None:
    theirs, target = tmp_path / "theirs", tmp_path / "link.zip"
    theirs.touch()
    target.symlink_to(theirs)
    write_whole(target, b"names and prints")
    (tmp_path / "second.part").symlink_to(theirs)

    with pytest.raises(OSError, match="symbolic"):
        write_whole(tmp_path / "second", b"names and prints")

    assert (target.read_bytes(), theirs.read_bytes()) == (b"names and prints", b"")


def test_a_pipe_takes_an_export_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()

    write_whole(pipe, b"whole")
    reader.join(10)

    assert (read, pipe.is_fifo(), len(list(tmp_path.iterdir()))) == ([b"whole"], True, 1)


def test_the_output_of_this_process_takes_an_export_and_is_not_replaced(tmp_path: Path) -> None:
    written, link = tmp_path / "written", tmp_path / "stdout"
    for target in (lambda opened: opened, lambda opened: link):
        with written.open("wb") as file:
            opened = Path(f"/proc/self/fd/{file.fileno()}")
            link.unlink(missing_ok=True)
            link.symlink_to(opened)
            write_whole(target(opened), b"whole")

        assert written.read_bytes() == b"whole"
        assert link.is_symlink()


def test_no_command_writes_a_file_where_a_reader_would_take_half_of_it_for_all() -> None:
    in_place = {"write_bytes", "write_text"}
    found = [
        f"{file.name}:{node.lineno}"
        for file in sorted(Path(service.cli.__path__[0]).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in in_place
    ]

    assert found == []
