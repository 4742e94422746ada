"""Restores backups from files and standard input, and rehearses in a temporary store."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import typer

from domain.errors import BackupDamagedError
from domain.events.catalogue import NewEvent
from indexing.slots import clear_free_slots, slots_of
from service.adapters.store_keys import VAULT_NAME
from service.adapters.surroundings import surroundings
from service.bootstrap.keys import open_log_signer, open_vault_keys, witness_keys
from service.bootstrap.stores import open_database, open_unaged_store
from service.cli.context import CONSOLE, Call
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.durable_files import locked, write_whole
from service.settings import Settings
from service.storage.backup.backup import BackupReader, BackupSummary, check_backup
from service.storage.backup.increments import merged
from service.storage.backup.restoring import Restored
from service.storage.engine.migrate import is_known, latest
from service.usecases.log.administration import gone_again
from service.usecases.log.verification import verify_store

PIPE = Path("-")
"""The file name that means standard output or standard input."""
_REHEARSAL = "rehearsal"
"""Of the lock of rehearsals, and of the directory of the one under way."""


@contextmanager
def opened_backup(files: Sequence[Path]) -> Iterator[BackupReader]:
    """Yield a backup that can be read once, from a full backup and its increments in their order.

    Files are first read through for damage; only the first may be standard input, `-`. Raises
    BackupDamagedError, also for a later schema, or an earlier one without column names.
    """
    for file in files[1 if files[0] == PIPE else 0 :]:
        if not file.is_file():
            raise typer.BadParameter(f"File '{file}' does not exist.", param_hint="file")
    if files[0] != PIPE:
        with _opened(files) as lines:
            check_backup(lines)
    with _opened(files) as lines:
        yield _readable(BackupReader(lines))


@contextmanager
def _opened(files: Sequence[Path]) -> Iterator[Iterable[bytes]]:
    with ExitStack() as stack:
        streams = [
            sys.stdin.buffer if file == PIPE else stack.enter_context(file.open("rb"))
            for file in files
        ]
        lines: Iterable[bytes] = streams[0]
        for increment in streams[1:]:
            lines = merged(lines, increment)
        yield lines


def _readable(backup: BackupReader) -> BackupReader:
    if backup.schema == latest() or (backup.columns and is_known(backup.schema)):
        return backup
    raise BackupDamagedError(
        f"The backup has schema {backup.schema}: restore it with the version of identlink that "
        f"made it, then upgrade."
    )


def restored_from(settings: Settings, backup: BackupReader) -> Restored:
    """Fill an empty store durably and completely, or not at all. Raises `restore`'s errors."""

    def before_commit(*again: Any) -> Sequence[NewEvent]:
        # The index of before would answer for other captures under the same numbers.
        clear_free_slots(slots_of(settings.index_directory, settings.index_slots))
        return gone_again(surroundings(), CONSOLE, *again)

    with closing(open_database(settings)) as database, closing(open_vault_keys(settings)) as keys:
        database.build_schema(backup.schema)
        return database.restore(backup, keys=keys, events_of=before_commit)


def rehearse_restore(call: Call, files: Sequence[Path]) -> None:
    """Restore into a temporary store, verify it with every payload opened, report, and remove it.

    The real store is not touched, and nothing is signed: a rehearsal must not fork the log. Exit
    code 1 if the log does not verify.
    """
    begun = time.monotonic()
    settings = call.existing()
    with _scratch(settings) as scratch, opened_backup(files) as backup:
        restored = restored_from(scratch, backup)
        signer = open_log_signer(scratch)
        trusted = TrustedKeys(signer.verifier, witness_keys(settings))
        with open_unaged_store(scratch) as services:
            report = verify_store(services, trusted, is_deep=True)
        newer = max(0, signer.signed_size() - backup.events)
    took_s = round(time.monotonic() - begun, 1)
    facts = {
        **facts_of(backup.summary),
        "erased_again": restored.persons,
        "withdrawn_again": sum(restored.withdrawn.values()),
        "log_is_sound": report.is_sound,
        "findings": [finding.detail for finding in report.log.findings],
        "signed_since": newer,
        "seconds": took_s,
    }
    verdict = "the log verifies" if report.is_sound else "THE LOG DOES NOT VERIFY"
    call.say(
        f"Rehearsed: {backup.events:,} events and {sum(backup.summary.rows.values()):,} rows"
        f" restored in {took_s} s; {verdict}; {newer:,} events were signed since.",
        facts,
        is_wrong=not report.is_sound,
    )


@contextmanager
def _scratch(settings: Settings) -> Iterator[Settings]:
    """Yield the settings of an empty store beside the real one, with a copy of its keys. The copy
    is inside the keys directory, so that the keys never reach another disk.

    A second rehearsal waits, so that what stands there is of one that was killed. It is removed,
    because its copy of the keys would open what has been erased since.
    """
    keys = settings.keys_directory
    with locked(keys / _REHEARSAL):
        for left in filter(Path.is_dir, keys.glob(f"{_REHEARSAL}-*")):
            shutil.rmtree(left)
        place = Path(tempfile.mkdtemp(prefix=f"{_REHEARSAL}-", dir=keys))
        try:
            copy_keys(settings, place / "keys")
            yield settings.model_copy(
                update={
                    "store": place,
                    "keys": place / "keys",
                    "database_url": None,
                    "vault_url": None,
                }
            )
        finally:
            shutil.rmtree(place)


def copy_keys(settings: Settings, target: Path) -> None:
    """Copy all keys of a store into an empty directory; an error leaves it empty.

    Half of the keys would pass for a copy, and another copy is not made where something is.
    """
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    small = [
        path
        for path in sorted(settings.keys_directory.iterdir())
        if path.is_file() and not path.name.startswith(VAULT_NAME) and path.suffix != ".lock"
    ]
    try:
        for path in small:
            write_whole(target / path.name, path.read_bytes())
        with closing(open_vault_keys(settings)) as keys:
            keys.back_up(target / VAULT_NAME)
    except BaseException:
        for left in (*(target / path.name for path in small), *target.glob(f"{VAULT_NAME}*")):
            left.unlink(missing_ok=True)
        raise


def facts_of(summary: BackupSummary) -> dict[str, object]:
    """Return the facts about a backup as JSON values."""
    return {
        "schema": summary.schema,
        "made_at": summary.made_at.isoformat(),
        "events": summary.events,
        "rows": dict(summary.rows),
        "sha256": summary.sha256,
    }
