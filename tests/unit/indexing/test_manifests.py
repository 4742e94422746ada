"""The manifest carries its own digest."""

import hashlib
import json

import pytest

from domain.errors import IndexDamagedError
from indexing.array_files import FileEntry
from indexing.manifests import (
    CodecEntry,
    Kind,
    Manifest,
    SegmentEntry,
    from_json,
    to_json,
)

FILE = FileEntry("segments/a/x.npy", 10, "ab" * 32)
ERASED = FileEntry("erased/e.npy", 11, "cd" * 32)
MANIFEST = Manifest(
    generation=7,
    cursor=99,
    template_format="identlink-synthetic-192/1",
    key_check="ef",
    contents={"tenprints": "1", "marks": "0"},
    codecs=(CodecEntry("codec-1", 4096, (FILE,)),),
    segments=(
        SegmentEntry("tenprints-2", Kind.TENPRINTS, 5, "codec-1", (FILE,), ERASED),
        SegmentEntry("marks-3", Kind.MARKS, 1, "", (FILE,)),
    ),
)


def test_a_manifest_comes_back_as_it_was() -> None:
    assert from_json(to_json(MANIFEST)) == MANIFEST


def test_a_manifest_from_before_residuals_is_read() -> None:
    body = json.loads(to_json(MANIFEST))
    del body["sha256"], body["codecs"][0]["residual"]
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    body["sha256"] = hashlib.sha256(canonical.encode()).hexdigest()
    assert from_json(json.dumps(body).encode()) == MANIFEST


def test_all_files_of_a_generation_are_named() -> None:
    assert MANIFEST.files().count(FILE) == 3
    assert ERASED in MANIFEST.files()


def test_every_changed_character_is_noticed() -> None:
    text = to_json(MANIFEST)
    for place in range(len(text)):
        if text[place : place + 1].isspace():
            continue
        damaged = text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]
        with pytest.raises(IndexDamagedError, match=r"manifest\.json"):
            from_json(damaged)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"{", b"null", b"\xff"])
def test_what_is_no_manifest_is_refused(text: bytes) -> None:
    with pytest.raises(IndexDamagedError, match=r"manifest\.json"):
        from_json(text)


def test_another_layout_is_refused() -> None:
    body = json.loads(to_json(MANIFEST))
    body["layout_version"] = 2
    with pytest.raises(IndexDamagedError):
        from_json(json.dumps(body).encode())
