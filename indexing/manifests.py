"""The directory of an index, which one process owns at a time, and its manifests.

A manifest lists the files of one generation of the index, with their digests. A new generation
replaces the old one by an atomic rename.
"""

import fcntl
import hashlib
import json
import os
import shutil
import weakref
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain.errors import GalleryError, IndexDamagedError
from indexing.array_files import FileEntry, sync_directory

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
    body = {"layout_version": LAYOUT_VERSION, **_fields(manifest)}
    sealed = {**body, "sha256": _digest(body)}
    return (json.dumps(sealed, indent=1, sort_keys=True, default=_fields) + "\n").encode()


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
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), default=_fields)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _fields(entry: Manifest | CodecEntry | SegmentEntry | FileEntry) -> dict[str, Any]:
    """Return the fields of an entry. Every seal writes them all, so none is copied."""
    return {field.name: getattr(entry, field.name) for field in fields(entry)}


def _manifest(body: dict[str, Any]) -> Manifest:
    codecs = tuple(
        CodecEntry(**codec | {"files": _entries(codec["files"])}) for codec in body["codecs"]
    )
    return Manifest(
        **body | {"codecs": codecs, "segments": tuple(map(_segment, body["segments"]))}
    )


def _segment(body: dict[str, Any]) -> SegmentEntry:
    erased = FileEntry(**body["erased"]) if body["erased"] else None
    changed = {"kind": Kind(body["kind"]), "files": _entries(body["files"]), "erased": erased}
    return SegmentEntry(**body | changed)


def _entries(bodies: list[dict[str, Any]]) -> tuple[FileEntry, ...]:
    return tuple(FileEntry(**body) for body in bodies)


LOCK_NAME = "lock"
SEGMENTS_NAME = "segments"
CODECS_NAME = "codecs"
ERASED_NAME = "erased"
_OWNED = (SEGMENTS_NAME, CODECS_NAME, ERASED_NAME)


class IndexDirectory:
    """The files of one index, locked for this process until `release`.

    Raises GalleryError if another process holds the lock.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root = root
        handle = os.open(root / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._release = weakref.finalize(self, os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            self.release()
            raise GalleryError(
                "Another process uses this index: stop that process first."
            ) from busy
        for name in _OWNED:
            (root / name).mkdir(mode=0o700, exist_ok=True)

    def manifest(self) -> Manifest | None:
        """Return the current manifest, or None in a new directory. Raises IndexDamagedError."""
        return read_manifest(self.root)

    def publish(self, manifest: Manifest) -> None:
        """Make a generation the current one, atomically.

        Raises GalleryError if the manifest cannot be written; the previous generation then stays
        current.
        """
        draft = self.root / f"{MANIFEST_NAME}.draft"
        try:
            with draft.open("wb") as file:
                file.write(to_json(manifest))
                file.flush()
                os.fsync(file.fileno())
            for name in _OWNED:
                sync_directory(self.root / name)
            draft.replace(self.root / MANIFEST_NAME)
            sync_directory(self.root)
        except OSError as failure:
            raise GalleryError(
                "The manifest of the index could not be written: check the disk and the "
                "permissions."
            ) from failure

    def remove_unnamed(self, manifest: Manifest | None) -> None:
        """Delete every file and folder that the manifest does not name.

        These are files that a killed process left half-written, or that a newer generation has
        replaced.
        """
        named = {entry.name for entry in manifest.files()} if manifest else set()
        folders = {str(Path(name).parent) for name in named}
        for owned in _OWNED:
            for path in (self.root / owned).iterdir():
                relative = str(path.relative_to(self.root))
                if relative not in named and relative not in folders:
                    _remove(path)

    def remove_superseded(self, before: Manifest, after: Manifest) -> None:
        """Delete the files that the manifest of a new generation no longer names.

        Readers that have such a file mapped can use it until they have finished.
        """
        kept = {entry.name for entry in after.files()}
        folders = {(self.root / name).parent for name in kept}
        for entry in before.files():
            if entry.name not in kept:
                path = self.root / entry.name
                path.unlink(missing_ok=True)
                if path.parent not in folders and path.parent.name not in _OWNED:
                    _remove_if_empty(path.parent)

    def highest_number(self) -> int:
        """Return the highest number at the end of a name in the directory; 0 if there is none."""
        stems = [path.stem for owned in _OWNED for path in (self.root / owned).iterdir()]
        return max((int(stem.rpartition("-")[2]) for stem in stems), default=0)

    def clear(self) -> None:
        """Delete the whole index, starting with the manifest."""
        (self.root / MANIFEST_NAME).unlink(missing_ok=True)
        self.remove_unnamed(None)

    def release(self) -> None:
        """Let another process open the index."""
        self._release()


def emptied(root: Path) -> Path:
    """Delete the index in a directory, even a damaged one; return the directory.

    Raises GalleryError if another process holds the lock.
    """
    held = IndexDirectory(root)
    try:
        held.clear()
    finally:
        held.release()
    return root


def read_manifest(root: Path) -> Manifest | None:
    """Return the manifest of the current generation of an index, or None if there is no index.

    Only reads and needs no lock. Raises IndexDamagedError.
    """
    try:
        return from_json((root / MANIFEST_NAME).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise IndexDamagedError(
            f"The index file {MANIFEST_NAME} cannot be read: build the index again."
        ) from failure


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
        return
    path.unlink()


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
