"""The manifest: the list of files that make up one generation of the index, with their digests."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from domain.errors import IndexDamagedError
from indexing.array_files import FileEntry

MANIFEST_NAME = "manifest.json"
LAYOUT_VERSION = 1


class Kind(StrEnum):
    """The content of a segment."""

    TENPRINTS = "tenprints"
    MARKS = "marks"


@dataclass(frozen=True, slots=True)
class CodecEntry:
    """A codec and its files."""

    name: str
    trained_on: int
    files: tuple[FileEntry, ...]
    residual: float | None = None
    """Residual of the training sample. None in manifests written before it was measured."""


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """An immutable segment, its files, and the encounters erased from it later."""

    name: str
    kind: Kind
    count: int
    codec: str
    """Name of the codec of its codes. Empty for a segment that is searched exactly."""
    files: tuple[FileEntry, ...]
    erased: FileEntry | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation."""

    generation: int
    cursor: int
    """The number of the last change up to which these files are complete."""
    template_format: str
    key_check: str
    contents: dict[str, str]
    """By kind, the content sum (`columns.content_sum`) of all captures held and not erased."""
    codecs: tuple[CodecEntry, ...] = ()
    segments: tuple[SegmentEntry, ...] = ()

    def files(self) -> tuple[FileEntry, ...]:
        """Return every file of the generation."""
        owned = [entry for codec in self.codecs for entry in codec.files]
        for segment in self.segments:
            owned += segment.files
            owned += [segment.erased] if segment.erased else []
        return tuple(owned)


def to_json(manifest: Manifest) -> bytes:
    """Return the manifest as JSON text that contains its own digest."""
    body = {"layout_version": LAYOUT_VERSION, **asdict(manifest)}
    sealed = {**body, "sha256": _digest(body)}
    return (json.dumps(sealed, indent=1, sort_keys=True) + "\n").encode()


def from_json(text: bytes) -> Manifest:
    """Return the manifest from its JSON text. Raises IndexDamagedError if a byte has changed."""
    try:
        body = json.loads(text)
        claimed, version = body.pop("sha256"), body.pop("layout_version")
        if claimed != _digest({"layout_version": version, **body}) or version != LAYOUT_VERSION:
            raise IndexDamagedError(
                f"The index file {MANIFEST_NAME} does not match its digest: build the index again."
            )
        return _manifest(body)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise IndexDamagedError(
            f"The index file {MANIFEST_NAME} cannot be read: build the index again."
        ) from problem


def _digest(body: dict[str, Any]) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _manifest(body: dict[str, Any]) -> Manifest:
    return Manifest(
        generation=body["generation"],
        cursor=body["cursor"],
        template_format=body["template_format"],
        key_check=body["key_check"],
        contents=dict(body["contents"]),
        codecs=tuple(
            CodecEntry(
                codec["name"],
                codec["trained_on"],
                _entries(codec["files"]),
                codec.get("residual"),
            )
            for codec in body["codecs"]
        ),
        segments=tuple(_segment(segment) for segment in body["segments"]),
    )


def _segment(body: dict[str, Any]) -> SegmentEntry:
    return SegmentEntry(
        name=body["name"],
        kind=Kind(body["kind"]),
        count=body["count"],
        codec=body["codec"],
        files=_entries(body["files"]),
        erased=FileEntry(**body["erased"]) if body["erased"] else None,
    )


def _entries(bodies: list[dict[str, Any]]) -> tuple[FileEntry, ...]:
    return tuple(FileEntry(**body) for body in bodies)
