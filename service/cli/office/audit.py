"""`identlink audit`: the compliance audit pack, made and verified."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from domain.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import InvalidInputError, InvalidProofError
from domain.ids import UserId
from service.bootstrap import open_log_signer, open_store
from service.cli.context import JsonOption, StoreOption, existing_settings_for, say
from service.provenance.log.checkpoints import parse_note, verify_note
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.publication.audit import (
    AuditQuestion,
    gather,
    is_on_record,
    put_on_record,
)
from service.web.publication.audit_pack import SUMS, pack_files, sums_of

app = typer.Typer(help="The compliance audit pack.", no_args_is_help=True)

_AUDITOR = Caller(
    Actor(UserId("console"), Role.AUDITOR, None, ROLE_SCOPES[Role.AUDITOR]), Purpose.AUDIT
)
DirectoryArgument = Annotated[
    Path, typer.Argument(help="Directory of the pack.", file_okay=False, show_default=False)
]


@app.callback()
def _group() -> None:
    """The pack for an inspectorate: samples, timeliness, use, opinions, notices, controls."""


@app.command("pack")
def pack(  # noqa: PLR0913 - one parameter for each option of the command
    context: typer.Context,
    directory: DirectoryArgument,
    *,
    seed: Annotated[int, typer.Option(min=0, help="Draws the samples.")],
    first: Annotated[str, typer.Option(help="First day of the period.")] = "2000-01-01",
    last: Annotated[str | None, typer.Option(help="Last day; default today.")] = None,
    sample: Annotated[int, typer.Option(min=1, help="Of each service.")] = 10,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a pack: a page, CSV and JSON, a signed checkpoint, and the digest of each file."""
    settings = existing_settings_for(context, store)
    with open_store(settings) as services:
        end = _day(last) if last else services.surroundings.clock().date()
        question = AuditQuestion(_day(first), end, seed, sample)
        made = gather(services, _AUDITOR, question)
        files = pack_files(made, make_checkpoint(services, open_log_signer(settings)).note)
        digest = hashlib.sha256(files[SUMS]).hexdigest()
        put_on_record(services, _AUDITOR, made, digest)
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content)
    facts = {"files": len(files), "samples": len(made.samples), "sums_sha256": digest}
    say(f"Wrote {len(files)} files to {directory}; sums {digest}.", facts, as_json=as_json)


@app.command("verify")
def verify(
    context: typer.Context,
    directory: DirectoryArgument,
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold the files of a pack against their digests, its checkpoint and the log."""
    settings = existing_settings_for(context, store)
    files = {one.name: one.read_bytes() for one in sorted(directory.iterdir()) if one.is_file()}
    sums = files.get(SUMS, b"")
    if not sums or sums_of(files) != sums:
        raise InvalidProofError("A file of the pack is not as its digest says.")
    with open_store(settings) as services:
        verify_note(parse_note(files["checkpoint.note"]), [open_log_signer(settings).verifier])
        if not is_on_record(services, hashlib.sha256(sums).hexdigest()):
            raise InvalidProofError("The log knows no pack with these digests.")
    say(f"{directory}: {len(files)} files verified.", {"files": len(files)}, as_json=as_json)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError("Write an existing day as YYYY-MM-DD.") from None
