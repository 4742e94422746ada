"""Bundles with more in their file than their parts, and bundles that cost too much to read."""

from __future__ import annotations

import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from service.provenance.bundle.archive import MAX_RATIO
from service.provenance.bundle.bundle import EVENTS_NAME, STATE_NAME, write_bundle
from service.provenance.bundle.check import LISTED_FINDINGS, BundleReport, verify_bundle
from service.provenance.bundle.findings import MAX_FINDINGS, FindingCode
from tests.unit.service.provenance.stories import TRUSTED, a_bundle, a_log, a_story, parts_of

JUNK = b"another history"
END_BYTES = 22


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return a_bundle(tmp_path / "log.zip")


def found(report: BundleReport) -> set[FindingCode]:
    return {finding.code for finding in report.findings}


def refused(path: Path) -> None:
    report = verify_bundle(path, TRUSTED)
    assert FindingCode.ARCHIVE_DAMAGED in found(report)
    assert report.log.size == 0


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, change: Callable[[zipfile.ZipInfo], None]) -> None:
    parts = contents(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            change(info)
            archive.writestr(info, content)


def with_junk_at(path: Path, place: int) -> None:
    """Insert bytes at a place, with every offset of the file put right."""
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
        offsets = [info.header_offset for info in archive.infolist()]
    directory = bytearray(data[start:])
    at = 0
    for offset in offsets:
        name, extra, comment = struct.unpack("<HHH", directory[at + 28 : at + 34])
        moved = offset + len(JUNK) * (offset >= place)
        directory[at + 42 : at + 46] = struct.pack("<I", moved)
        at += 46 + name + extra + comment
    directory[-6:-2] = struct.pack("<I", start + len(JUNK))
    path.write_bytes(data[:place] + JUNK + data[place:start] + bytes(directory))


def test_junk_in_front_is_refused(path: Path) -> None:
    path.write_bytes(JUNK + path.read_bytes())

    refused(path)


def test_junk_behind_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes() + JUNK)

    refused(path)


def test_a_comment_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = JUNK

    refused(path)


def test_junk_before_every_part_and_before_the_directory_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        places = [*(info.header_offset for info in archive.infolist()), archive.start_dir]
    for place in places:
        path.write_bytes(whole)
        with_junk_at(path, place)

        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
        refused(path)


def test_every_inserted_byte_is_found(path: Path) -> None:
    whole = path.read_bytes()

    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + b"\0" + whole[place:])
        assert not verify_bundle(path, TRUSTED).is_sound, place


def test_junk_behind_the_packed_data_of_a_part_is_found(path: Path) -> None:
    parts = contents(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    packer = zlib.compressobj(wbits=-15)
    name, content = "bundle.json", parts["bundle.json"]
    packed = packer.compress(content) + packer.flush() + JUNK
    _replace_part(path, name, content, packed)

    with zipfile.ZipFile(path) as archive:
        assert archive.read(name) == content
    assert FindingCode.ARCHIVE_DAMAGED in found(verify_bundle(path, TRUSTED))


def _replace_part(path: Path, name: str, content: bytes, packed: bytes) -> None:
    """Put packed bytes in the place of a stored part."""
    parts = contents(path)
    with zipfile.ZipFile(path, "w") as archive:
        for other, data in parts.items():
            archive.writestr(other, packed if other == name else data)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
        local = archive.getinfo(name).header_offset
    central = data.index(name.encode(), start) - 46
    for at in (local + 8, central + 10):
        data[at : at + 2] = struct.pack("<H", zipfile.ZIP_DEFLATED)
    for at in (local + 14, central + 16):
        data[at : at + 4] = struct.pack("<I", zlib.crc32(content))
    for at in (local + 22, central + 24):
        data[at : at + 4] = struct.pack("<I", len(content))
    path.write_bytes(data)


def test_extra_fields_and_comments_of_parts_are_refused(path: Path) -> None:
    def extra(info: zipfile.ZipInfo) -> None:
        info.extra = struct.pack("<HH", 0x7075, len(JUNK)) + JUNK

    def comment(info: zipfile.ZipInfo) -> None:
        info.comment = JUNK

    for change in (extra, comment):
        rewritten(path, change)
        refused(path)


@pytest.mark.parametrize(
    "name",
    [
        "../events.ndjson",
        "/etc/passwd",
        "keys/../events.ndjson",
        "events.ndjson/",
        "Events.ndjson",
        "checkpoints/",
        "checkpoints/1.note",
        "checkpoints/../000000000002.note",
    ],
)
def test_a_name_that_no_part_has_is_found(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"")

    assert FindingCode.ARCHIVE_DAMAGED in found(verify_bundle(path, TRUSTED))


def test_two_directory_entries_of_one_part_are_found(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        info = archive.getinfo(EVENTS_NAME)
        archive.filelist.append(info)
        archive.comment = b"x"
        archive.comment = b""

    refused(path)


def test_a_bomb_is_not_unpacked(path: Path) -> None:
    parts = contents(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if name != STATE_NAME:
                archive.writestr(name, content)
        with archive.open(STATE_NAME, "w", force_zip64=True) as part:
            for _ in range(64):
                part.write(bytes(1 << 20))

    began = time.perf_counter()
    report = verify_bundle(path, TRUSTED)

    assert time.perf_counter() - began < 1.0
    assert any(str(MAX_RATIO) in finding.detail for finding in report.findings)


def test_a_part_that_unpacks_to_more_than_it_states_is_found(path: Path) -> None:
    parts = contents(path)
    rewritten(path, lambda info: setattr(info, "compress_type", zipfile.ZIP_STORED))
    content = parts["bundle.json"]
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(content + bytes(1 << 22)) + packer.flush()
    _replace_part(path, "bundle.json", content, packed)

    assert FindingCode.ARCHIVE_DAMAGED in found(verify_bundle(path, TRUSTED))


@pytest.mark.parametrize("is_state", [False, True])
@pytest.mark.parametrize("line", [b"%d", b'{"seq":%d}', b"[%d]"])
def test_findings_are_bounded_and_say_so(tmp_path: Path, line: bytes, is_state: bool) -> None:
    parts = contents(a_bundle(tmp_path / "log.zip"))
    bad = b"".join(line % number + b"\n" for number in range(200_000))
    with zipfile.ZipFile(tmp_path / "log.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            replaced = name == (STATE_NAME if is_state else EVENTS_NAME)
            archive.writestr(name, bad if replaced else content)

    began = time.process_time()
    report = verify_bundle(tmp_path / "log.zip", TRUSTED)

    assert time.process_time() - began < 5.0
    assert FindingCode.CHECKING_STOPPED in found(report)
    assert MAX_FINDINGS < len(report.findings) < 2 * MAX_FINDINGS
    assert report.fields()["findings_count"] == len(report.findings)
    assert len(report.fields()["findings"]) == LISTED_FINDINGS  # type: ignore[arg-type]  # untyped JSON
    if not is_state:
        assert report.log.size == 200_000


def test_an_honest_bundle_of_many_equal_events_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "log.zip"
    write_bundle(path, parts_of(a_log(a_story() * 400)))

    assert FindingCode.ARCHIVE_DAMAGED not in found(verify_bundle(path, TRUSTED))
