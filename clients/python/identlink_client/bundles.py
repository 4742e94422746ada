"""Court bundles, checked offline: by our copy of the program in a bundle, never by the bundle's.

It needs the extra `verify`: `identlink-client[verify]`.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BundleFinding:
    """What a bundle proves: every statement with its result, in words."""

    holds: bool
    statements: tuple[str, ...]


def verify_bundle(
    path: Path | str, *, log_key: str, witness_keys: Sequence[str] = ()
) -> BundleFinding:
    """Check a court bundle, a zip or the folder unpacked from it.

    `log_key` and `witness_keys` are those that the office and its witnesses publish: with a key
    out of the bundle, it would only agree with itself. Raises OSError and zipfile.BadZipFile for
    what is no bundle at all, and ValueError without a key of the log.
    """
    if not log_key:
        raise ValueError("Give the key of the log that the office publishes.")
    if Path(path).is_dir():
        return _checked(Path(path), log_key, witness_keys)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
        return _checked(Path(folder), log_key, witness_keys)


def _checked(folder: Path, log_key: str, witness_keys: Sequence[str]) -> BundleFinding:
    # Loaded here alone: the calls of a force need no cryptography.
    from identlink_client import court_verify  # noqa: PLC0415

    keys = [word for key in witness_keys for word in ("--witness-key", key)]
    lines: list[str] = []
    status = court_verify.run([str(folder), "--log-key", log_key, *keys], lines.append)
    return BundleFinding(status == 0, tuple(line.rstrip() for line in lines))
