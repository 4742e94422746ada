from __future__ import annotations

from pathlib import Path

import pytest

from service.provenance.durable_files import beside, write_new


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
        with pytest.raises(BlockingIOError), beside(target, ".new"):
            pass
        file.write(b"whole")

    assert target.read_bytes() == b"whole"


def test_an_error_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), beside(tmp_path / "bundle", ".new"):
        raise OSError("full")

    assert list(tmp_path.iterdir()) == []
