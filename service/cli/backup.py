"""`identlink backup` and `identlink restore`: the database in one file, without its keys."""

import sys
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from domain.errors import BackupDamagedError, ConflictError, InvalidInputError, LinkingError
from domain.events.log import StateReason
from service.adapters.surroundings import surroundings
from service.bootstrap.keys import open_custody, open_log_signer, open_vault_keys, witness_keys
from service.bootstrap.stores import as_it_stands, open_rows, open_store, open_unaged_store
from service.cli.context import CONSOLE, Call, demand_place_of
from service.cli.health import restoring
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.durable_files import PART, beside
from service.provenance.vault.key_stores import Access
from service.settings import Settings
from service.storage.backup.backup import BackupSummary, Written, check_backup
from service.storage.backup.increments import BackupList, check_increment, read_list
from service.storage.backup.restoring import Restored
from service.usecases.log.administration import accept_state, begin_backup
from service.usecases.log.state_age import age_findings
from service.usecases.log.verification import verify_store

FileArgument = Annotated[
    Path, typer.Argument(dir_okay=False, help="File of the backup; `-` for standard output.")
]
KeysOption = Annotated[
    Path | None,
    typer.Option(
        file_okay=False,
        help="Also copy the keys to this directory; store it separately from the backup.",
    ),
]
SinceOption = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="Write an increment: what has changed since the backup that this list describes.",
    ),
]
ListOption = Annotated[
    Path | None,
    typer.Option(
        dir_okay=False,
        help="Also write the list of what the backup holds to this file, for later increments.",
    ),
]
RehearseOption = Annotated[
    bool,
    typer.Option(
        "--rehearse",
        help="Restore into a temporary store, verify and report, then remove the store.",
    ),
]
LostOption = Annotated[
    bool,
    typer.Option(
        "--accept-lost-events",
        help="Restore even if events were signed after the backup; those events are lost.",
    ),
]


def backup(
    call: Call,
    file: FileArgument,
    *,
    keys_to: KeysOption = None,
    since: SinceOption = None,
    list_to: ListOption = None,
) -> None:
    """Write the database to a new file and read it back; a running service is not disturbed.

    With `--since LIST` the file is an increment: only what changed since the backup for which
    `--list-to LIST` was given. A restore needs the full backup and all increments since.

    With `-` the backup goes to standard output, so that the client of any object store can take
    it. It is then not read back: run `identlink restore - --rehearse` where the backup is stored.

    Payloads are in the backup as they are stored, sealed. Their keys are not in it: store the keys
    separately, with few and recent copies, because a copy of a key outlives an erasure.
    """
    settings = as_it_stands(call.existing())
    _check(settings, file, list_to)
    before = None if since is None else _list_in(since)
    if keys_to is not None:
        _check_apart(keys_to, file)
        open_vault_keys(settings).close()
    with nullcontext() if file == restoring.PIPE else beside(file, PART) as stream:
        is_recorded = _is_recorded(settings, with_keys=keys_to is not None)
        written = (
            _piped(settings, before)
            if stream is None
            else _written(settings, file, stream, before)
        )
    if list_to is not None:
        with beside(list_to, PART) as stream:
            written.listed.write(stream)
    if keys_to is not None:
        # Keys are copied after the snapshot, so that every payload in it has its key.
        restoring.copy_keys(settings, keys_to)
    told = "" if is_recorded else " This is not recorded in the log."
    back = "not read back" if file == restoring.PIPE else "read back"
    call.say(
        f"Backed up {_rows(written, before)} and {written.summary.events:,} events; {back}.{told}",
        {
            **restoring.facts_of(written.summary),
            "rows_written": written.rows_written,
            "since_events": None if before is None else before.events,
            "is_recorded": is_recorded,
        },
        to_stderr=file == restoring.PIPE,
    )


def _rows(written: Written, before: BackupList | None) -> str:
    rows = f"{sum(written.summary.rows.values()):,} rows"
    if before is None:
        return rows
    return f"{written.rows_written:,} of {rows}, which changed since event {before.events:,},"


def restore(
    call: Call,
    file: Annotated[
        Path,
        typer.Argument(dir_okay=False, help="File of the backup; `-` for standard input."),
    ],
    increments: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="INCREMENTS", dir_okay=False, help="Increments made since, in their order."
        ),
    ] = None,
    *,
    accept_lost_events: LostOption = False,
    rehearse: RehearseOption = False,
) -> None:
    """Fill an empty store from a backup, repeat later erasures and revocations, verify the log.

    Put the latest keys in place first: they record later erasures and withdrawn access. If the
    password of an account was changed after the backup, the account has no password after the
    restore. The index is rebuilt from the database when the service starts. A backup from standard
    input is checked as it is read: if it ends early or was changed, no row is stored.
    """
    files = [file, *(increments or ())]
    if rehearse:
        restoring.rehearse_restore(call, files)
        return
    settings = call.settings()
    signer = open_log_signer(settings)
    with restoring.opened_backup(files) as backup:
        if not accept_lost_events and signer.signed_size() > backup.events:
            raise ConflictError(
                "Events were signed after this backup was made. If you restore it with "
                "--accept-lost-events, these events are lost, and every witness will notice."
            )
        restored = restoring.restored_from(settings, backup)
    summary = backup.summary
    keys = TrustedKeys(signer.verifier, witness_keys(settings))
    with open_unaged_store(settings) as services:
        if accept_lost_events and age_findings(services, signer):
            accept_state(
                services, signer, CONSOLE, reason=StateReason.BACKUP_RESTORED, authority=None
            )
        report = verify_store(services, keys).with_findings(age_findings(services, signer))
    _say_restored(call, summary, restored, is_sound=report.is_sound)


def _say_restored(
    call: Call, summary: BackupSummary, restored: Restored, *, is_sound: bool
) -> None:
    facts = {
        **restoring.facts_of(summary),
        "erased_again": restored.persons,
        "payloads_erased_again": restored.payloads,
        "withdrawn_again": {access: restored.withdrawn.get(access, 0) for access in Access},
        "log_is_sound": is_sound,
    }
    verdict = (
        "the log verifies" if is_sound else "THE LOG DOES NOT VERIFY: run `identlink log verify`"
    )
    call.say(
        f"Restored {summary.events:,} events; erased {restored.persons} persons and closed"
        f" {_closed_again(restored)} again; {verdict}.",
        facts,
        is_wrong=not is_sound,
    )


def _is_recorded(settings: Settings, *, with_keys: bool) -> bool:
    """Record the backup in the log if the store can take an event; return whether it could.

    A store is backed up even if its keys are lost, or if it is behind, read-only or has another
    schema: that is when a backup is needed most.
    """
    if not open_custody(settings).holds_log_key():
        return False
    try:
        with open_store(settings) as services:
            begin_backup(services, CONSOLE, with_keys=with_keys)
    except LinkingError:
        return False
    return True


def _written(
    settings: Settings, file: Path, stream: BinaryIO, before: BackupList | None
) -> Written:
    # Rows are backed up as they are stored, even if their keys are lost.
    with closing(open_rows(settings)) as database:
        written = database.back_up(stream, made_at=surroundings().clock(), since=before)
    stream.flush()
    part = file.with_name(f"{file.name}{PART}")
    _read_back(part, written, is_increment=before is not None)
    return written


def _read_back(file: Path, written: Written, *, is_increment: bool) -> None:
    with file.open("rb") as stream:
        if is_increment:
            check_increment(stream)
        elif check_backup(stream) != written.summary:
            raise BackupDamagedError(
                "The backup that was just written cannot be read back: check the disk and make "
                "the backup again."
            )


def _piped(settings: Settings, before: BackupList | None) -> Written:
    """Write the database to standard output; raises ConflictError if this is a terminal."""
    if sys.stdout.isatty():
        raise ConflictError(
            "A backup cannot be written to a terminal: redirect standard output to a file."
        )
    with closing(open_rows(settings)) as database:
        stream = sys.stdout.buffer
        written = database.back_up(stream, made_at=surroundings().clock(), since=before)
        stream.flush()
    return written


def _list_in(file: Path) -> BackupList:
    with file.open("rb") as stream:
        return read_list(stream)


def _closed_again(restored: Restored) -> str:
    """Return the kinds of access that were withdrawn again, with counts, as words."""
    kinds = ", ".join(f"{access} {count}" for access, count in sorted(restored.withdrawn.items()))
    return f"{sum(restored.withdrawn.values())} ways in or out" + (f" ({kinds})" if kinds else "")


def _check(settings: Settings, file: Path, list_to: Path | None) -> None:
    """Refuse before anything is recorded: a file exists, or the store has no schema."""
    new = [each for each in (file, list_to) if each is not None and each != restoring.PIPE]
    if len(set(new)) < len(new) or any(each.exists() for each in new):
        raise InvalidInputError("The file already exists: choose another name.")
    for each in new:
        demand_place_of(each)
    with closing(open_rows(settings)) as database:
        database.demand_some_schema()


def _check_apart(keys_to: Path, file: Path) -> None:
    directory = keys_to.absolute()
    is_beside = directory == file.absolute().parent or directory in file.absolute().parents
    if file != restoring.PIPE and is_beside:
        raise InvalidInputError(
            "The keys would be stored in the same place as the backup: name another directory."
        )
    if directory.exists() and any(directory.iterdir()):
        raise InvalidInputError("The directory for the keys is not empty: name another directory.")
