"""Checks court bundles offline, with this package's own program, never with the bundle's copy.

This needs the extra `verify`: `identlink-client[verify]`.
"""

import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BundleFinding:
    """Whether all statements of a bundle hold, and each statement with its result."""

    holds: bool
    statements: tuple[str, ...]


def verify_bundle(
    path: Path | str, *, log_key: str, witness_keys: Sequence[str] = ()
) -> BundleFinding:
    """Check a court bundle, given as a zip file or as the unpacked folder.

    Give `log_key` and `witness_keys` as the office and its witnesses publish them: with keys from
    the bundle, the check would show only that the bundle agrees with itself. Raises OSError or
    zipfile.BadZipFile if the path is not a bundle, and ValueError if `log_key` is empty.
    """
    if not log_key:
        raise ValueError("The log key is missing: give the log key that the office publishes.")
    if Path(path).is_dir():
        return _checked(Path(path), log_key, witness_keys)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
        return _checked(Path(folder), log_key, witness_keys)


def _checked(folder: Path, log_key: str, witness_keys: Sequence[str]) -> BundleFinding:
    # Imported only here, because a force's other calls need no cryptography.
    from identlink_client import court_verify  # noqa: PLC0415

    keys = [word for key in witness_keys for word in ("--witness-key", key)]
    lines: list[str] = []
    status = court_verify.run([str(folder), "--log-key", log_key, *keys], lines.append)
    return BundleFinding(status == 0, tuple(line.rstrip() for line in lines))
