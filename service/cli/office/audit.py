"""`identlink audit`: makes and verifies the compliance audit pack."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from domain.access.access import Purpose, Role
from domain.errors import InvalidProofError
from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store
from service.cli.context import Call, Group, console_as, stated_day
from service.provenance.log.checkpoints import parse_note, verify_note
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.publication.audit import AuditQuestion, gather, is_on_record, put_on_record
from service.web.publication.audit_pack import SUMS, pack_files, sums_of

app = Group(
    help="The audit pack for an inspectorate: samples, timeliness, use, opinions, notices,"
    " controls.",
    short_help="The compliance audit pack.",
)

_AUDITOR = console_as(Role.AUDITOR, Purpose.AUDIT)
DirectoryArgument = Annotated[
    Path, typer.Argument(help="Directory of the pack.", file_okay=False, show_default=False)
]


@app.command("pack")
def pack(
    call: Call,
    directory: DirectoryArgument,
    *,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the samples.")],
    first: Annotated[str, typer.Option(help="First day of the period.")] = "2000-01-01",
    last: Annotated[str | None, typer.Option(help="Last day; default today.")] = None,
    sample: Annotated[int, typer.Option(min=1, help="Sample size for each service.")] = 10,
) -> None:
    """Write a pack: a page, CSV and JSON, a signed checkpoint, and the digest of each file."""
    settings = call.existing()
    with open_store(settings) as services:
        end = stated_day(last) if last else services.surroundings.clock().date()
        question = AuditQuestion(stated_day(first), end, seed, sample)
        made = gather(services, _AUDITOR, question)
        files = pack_files(made, make_checkpoint(services, open_log_signer(settings)).note)
        digest = hashlib.sha256(files[SUMS]).hexdigest()
        put_on_record(services, _AUDITOR, made, digest)
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content)
    facts = {"files": len(files), "samples": len(made.samples), "sums_sha256": digest}
    call.say(f"Wrote {len(files)} files to {directory}; sums {digest}.", facts)


@app.command("verify")
def verify(call: Call, directory: DirectoryArgument) -> None:
    """Check the files of a pack against their digests, its checkpoint and the log."""
    settings = call.existing()
    files = {one.name: one.read_bytes() for one in sorted(directory.iterdir()) if one.is_file()}
    sums = files.get(SUMS, b"")
    if not sums or sums_of(files) != sums:
        raise InvalidProofError("A file of the audit pack does not match its digest.")
    with open_store(settings) as services:
        verify_note(parse_note(files["checkpoint.note"]), [open_log_signer(settings).verifier])
        if not is_on_record(services, hashlib.sha256(sums).hexdigest()):
            raise InvalidProofError("The log has no record of an audit pack with these digests.")
    call.say(f"{directory}: {len(files)} files verified.", {"files": len(files)})
