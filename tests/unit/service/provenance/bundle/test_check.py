from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from domain.events.examination import ExemplarShown
from service.provenance.bundle.bundle import BundleParts, TrustedKeys, write_bundle
from service.provenance.bundle.check import LISTED_FINDINGS, BundleReport, verify_bundle
from service.provenance.bundle.findings import FindingCode
from service.provenance.log.note_keys import SigningKey
from tests.unit.service.provenance.builders import an_event
from tests.unit.service.provenance.keys import LOG, OTHER, WITNESS
from tests.unit.service.provenance.stories import (
    COSIGNED_AT,
    STORY_ROWS,
    TRUSTED,
    a_bundle,
    a_log,
    a_story,
    note_at,
    parts_of,
)

STORY = a_log(a_story())
EVENTS = b"".join(body + b"\n" for body in STORY.bodies)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    a_bundle(tmp_path / "whole.zip")
    return a_bundle(tmp_path / "log.zip")


def contents_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path: Path, **changes: bytes | None) -> None:
    """Rewrite the archive with right checksums, as a forger would."""
    contents = {**contents_of(path), **{_part_name(key): value for key, value in changes.items()}}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            if content is not None:
                archive.writestr(name, content)


def _part_name(key: str) -> str:
    names = {"events": "events.ndjson", "state": "state.ndjson", "header": "bundle.json"}
    return names.get(key, key)


def codes(report: BundleReport) -> list[FindingCode]:
    return list(dict.fromkeys(finding.code for finding in report.findings))


def test_a_bundle_verifies(path: Path) -> None:
    report = verify_bundle(path, TRUSTED)

    assert report.is_sound
    assert report.origin == LOG.name
    assert report.checkpoints == 2
    assert (report.log.size, report.log.links, report.log.decisions) == (6, 1, 2)
    assert [(seen.witness, seen.size, seen.at) for seen in report.cosigned] == [
        (WITNESS.name, 6, COSIGNED_AT)
    ]


def test_a_bundle_judged_by_its_own_keys_says_so(path: Path) -> None:
    report = verify_bundle(path)

    assert report.is_sound
    assert not report.is_key_given
    assert report.fields()["keys"] == "from the bundle itself"


def test_the_report_is_json(path: Path) -> None:
    fields = json.loads(json.dumps(verify_bundle(path, TRUSTED).fields()))

    assert fields == {
        "sound": True,
        "origin": "log.example/one",
        "keys": "given",
        "events": 6,
        "root": STORY.root(6).hex(),
        "checkpoints": 2,
        "cosigned": [
            {"witness": "witness.example/w", "events": 6, "at": "2026-03-01T12:00:00.000000Z"}
        ],
        "decisions": 2,
        "links": 1,
        "uncommitted_events": 6,
        "findings_count": 0,
        "findings": [],
    }


def fails_for_a_reason_of_the_log(path: Path, position: int) -> bool:
    changed = bytearray(EVENTS)
    changed[position] ^= 1
    rewrite(path, events=bytes(changed))
    found = set(codes(verify_bundle(path, TRUSTED)))
    reasons = {FindingCode.ROOT_DIFFERS, FindingCode.LOG_SHORTENED, FindingCode.UNSIGNED_TAIL}
    return bool(reasons & found) and FindingCode.ARCHIVE_DAMAGED not in found


def test_a_flipped_byte_of_the_events_fails_with_its_reason(path: Path) -> None:
    for position in range(0, len(EVENTS) - 1, 13):
        assert fails_for_a_reason_of_the_log(path, position)


@pytest.mark.slow
def test_every_flipped_byte_of_the_events_fails_with_its_reason(path: Path) -> None:
    for position in range(len(EVENTS) - 1):
        assert fails_for_a_reason_of_the_log(path, position)


def test_a_cut_last_line_is_found(path: Path) -> None:
    rewrite(path, events=EVENTS[:-1])

    assert codes(verify_bundle(path, TRUSTED)) == [FindingCode.ARCHIVE_DAMAGED]


def is_found_or_changes_nothing(path: Path, whole: bytes, position: int) -> bool:
    changed = bytearray(whole)
    changed[position] ^= 0x41
    path.write_bytes(changed)
    return not verify_bundle(path, TRUSTED).is_sound or contents_of(path) == contents_of(
        path.with_name("whole.zip")
    )


def test_a_flipped_byte_of_the_file_is_found_or_changes_nothing(path: Path) -> None:
    whole = path.read_bytes()

    for position in range(0, len(whole), 7):
        assert is_found_or_changes_nothing(path, whole, position)


@pytest.mark.slow
def test_every_flipped_byte_of_the_file_is_found_or_changes_nothing(path: Path) -> None:
    whole = path.read_bytes()

    for position in range(len(whole)):
        assert is_found_or_changes_nothing(path, whole, position)


def test_a_cut_file_is_found(path: Path) -> None:
    whole = path.read_bytes()

    for length in range(0, len(whole), 37):
        path.write_bytes(whole[:length])
        assert FindingCode.ARCHIVE_DAMAGED in codes(verify_bundle(path, TRUSTED))


def test_a_missing_file_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verify_bundle(tmp_path / "nowhere.zip")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("keys/log.vkey", b"nonsense\n", FindingCode.KEY_DAMAGED),
        ("keys/log.vkey", b"", FindingCode.KEY_DAMAGED),
        ("keys/witnesses.vkey", b"nonsense\n", FindingCode.KEY_DAMAGED),
        ("checkpoints/000000000002.note", b"nonsense\n", FindingCode.CHECKPOINT_DAMAGED),
        ("checkpoints/000000000002.note", b"x" * 70_000, FindingCode.ARCHIVE_DAMAGED),
        ("header", b"{}", FindingCode.ARCHIVE_DAMAGED),
        ("state", b"nonsense\n", FindingCode.ARCHIVE_DAMAGED),
        ("state", None, FindingCode.ARCHIVE_DAMAGED),
        ("state", b"", FindingCode.EVENT_WITHOUT_ROW),
        ("events", None, FindingCode.ARCHIVE_DAMAGED),
        ("events", b"x" * (1 << 20) + b"xx\n", FindingCode.ARCHIVE_DAMAGED),
        ("another", b"", FindingCode.ARCHIVE_DAMAGED),
        ("checkpoints/../../etc.note", b"", FindingCode.ARCHIVE_DAMAGED),
    ],
)
def test_a_damaged_part_is_named(
    path: Path, name: str, content: bytes | None, expected: FindingCode
) -> None:
    rewrite(path, **{name: content})

    report = verify_bundle(path)

    assert expected in codes(report)
    assert not report.is_sound


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_found(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("events.ndjson", b"")

    assert codes(verify_bundle(path, TRUSTED))[0] is FindingCode.ARCHIVE_DAMAGED


def test_a_part_packed_in_another_way_is_found(path: Path) -> None:
    contents = contents_of(path)
    with zipfile.ZipFile(path, "w", compression=zipfile.ZIP_LZMA) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)

    assert FindingCode.ARCHIVE_DAMAGED in codes(verify_bundle(path, TRUSTED))


@pytest.mark.parametrize(
    "part", ["checkpoints/000000000002.note", "checkpoints/000000000006.note"]
)
def test_every_flipped_byte_of_a_checkpoint_is_found(path: Path, part: str) -> None:
    note = contents_of(path)[part]

    for position in range(len(note)):
        changed = bytearray(note)
        changed[position] ^= 1
        rewrite(path, **{part: bytes(changed)})
        assert FindingCode.CHECKPOINT_DAMAGED in codes(verify_bundle(path, TRUSTED))


def test_a_bundle_of_another_log_is_refused_by_the_trusted_key(tmp_path: Path) -> None:
    impostor = SigningKey(LOG.name, bytes(32))
    report = verify_bundle(a_bundle(tmp_path / "log.zip"), TrustedKeys(impostor.verifier))

    assert codes(report) == [FindingCode.CHECKPOINT_DAMAGED, FindingCode.NO_CHECKPOINT]


def test_trusting_another_log_by_name_is_refused(path: Path) -> None:
    report = verify_bundle(path, TrustedKeys(OTHER.verifier))

    assert FindingCode.CHECKPOINT_DAMAGED in codes(report)
    assert FindingCode.ARCHIVE_DAMAGED in codes(report)


def test_a_log_taken_back_to_a_backup_disagrees_with_what_was_kept(tmp_path: Path) -> None:
    older = a_log(a_story()[:2])
    write_bundle(tmp_path / "old.zip", parts_of(older, 2, rows=STORY_ROWS[:2]))
    kept = note_at(STORY, 6)

    assert verify_bundle(tmp_path / "old.zip", TRUSTED).is_sound
    report = verify_bundle(tmp_path / "old.zip", TRUSTED, held=[kept])
    assert codes(report) == [FindingCode.LOG_SHORTENED]


def test_a_log_written_anew_disagrees_with_what_was_kept(tmp_path: Path) -> None:
    anew = a_log([an_event(90), *a_story()[1:]])
    write_bundle(tmp_path / "new.zip", parts_of(anew, 6))
    kept = note_at(STORY, 2)

    report = verify_bundle(tmp_path / "new.zip", TRUSTED, held=[kept])

    assert FindingCode.ROOT_DIFFERS in codes(report)


def test_a_held_checkpoint_that_does_not_verify_is_named(path: Path) -> None:
    report = verify_bundle(path, TRUSTED, held=[b"nonsense"])

    (found,) = report.findings
    assert found.code is FindingCode.CHECKPOINT_DAMAGED
    assert found.detail.startswith("held 0:")


def test_a_bundle_without_cosignatures_says_that_no_witness_saw_it(tmp_path: Path) -> None:
    def without(parts: BundleParts) -> BundleParts:
        return replace(parts, checkpoints=(note_at(STORY, 6, cosigned=False),))

    report = verify_bundle(a_bundle(tmp_path / "log.zip", without), TRUSTED)

    assert report.is_sound
    assert report.cosigned == ()


def test_a_report_lists_only_so_many_findings(tmp_path: Path) -> None:
    log = a_log([an_event(0, event_type=ExemplarShown.event_type)] * 150)
    write_bundle(tmp_path / "log.zip", parts_of(log, 150, rows=()))

    fields = verify_bundle(tmp_path / "log.zip", TRUSTED).fields()

    assert fields["findings_count"] == 149
    assert isinstance(fields["findings"], list)
    assert len(fields["findings"]) == LISTED_FINDINGS
    assert fields["findings"][0] == {
        "code": "event-repeated",
        "detail": "An event has the same id as an earlier event.",
        "seq": 1,
    }


def swap_events(bodies: list[bytes]) -> list[bytes]:
    return [bodies[1], bodies[0], *bodies[2:]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda bodies: bodies[:-1], FindingCode.LOG_SHORTENED),
        (lambda bodies: [*bodies[:2], *bodies[3:]], FindingCode.GAP),
        (swap_events, FindingCode.GAP),
        (lambda bodies: [*bodies, bodies[-1]], FindingCode.UNSIGNED_TAIL),
    ],
)
def test_deleting_reordering_and_adding_are_found(
    path: Path, change: Callable[[list[bytes]], list[bytes]], expected: FindingCode
) -> None:
    rewrite(path, events=b"".join(body + b"\n" for body in change(list(STORY.bodies))))

    assert expected in codes(verify_bundle(path, TRUSTED))
