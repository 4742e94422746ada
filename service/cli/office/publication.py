"""`identlink statistics`, `publication` and `audit`: figures, the site, and the audit pack."""

import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer

from domain.access.access import Purpose, Role
from domain.errors import ConflictError, InvalidProofError
from domain.plain_values import plain
from domain.publication import Quarter, Release
from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call, Group, console_as, demand_place_of, stated_day
from service.provenance.durable_files import write_whole
from service.provenance.log.checkpoints import parse_note, verify_note
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.publication.audit import AuditQuestion, gather, is_on_record, put_on_record
from service.usecases.publication.releases import (
    check_release,
    disclosure_log,
    list_releases,
    release_quarter,
    show_release,
)
from service.web.publication.site import SUMS, pack_files, site_files, sums_of

statistics = Group(
    help="Statistics of the office for each quarter, which are released once and then frozen.",
    short_help="Released figures.",
)

QuarterOption = Annotated[str, typer.Option(help="Quarter, such as 2026Q4.")]


@statistics.command("release")
def release(call: Call, quarter: QuarterOption) -> None:
    """Count a quarter that is over, freeze its figures and release them."""
    with open_store(call.existing()) as services:
        _say(call, release_quarter(services, CONSOLE, Quarter.parse(quarter)))


@statistics.command("show")
def show(call: Call, quarter: QuarterOption) -> None:
    """Show the newest version of a release."""
    with open_store(call.existing()) as services:
        found = show_release(services, CONSOLE, Quarter.parse(quarter))
    if call.as_json:
        typer.echo(json.dumps(plain(found.content), sort_keys=True))
        return
    _say(call, found)
    for table in found.content.tables:
        cells = ", ".join(f"{one.name} {one.figure}" for one in table.cells)
        typer.echo(f"{table.service}, {table.title}: {table.total} ({cells})")


@statistics.command("check")
def check(call: Call, quarter: QuarterOption) -> None:
    """Count a released quarter again, and compare the result with its first version."""
    with open_store(call.existing()) as services:
        agrees = check_release(services, CONSOLE, Quarter.parse(quarter))
    if not agrees:
        raise ConflictError(
            "The figures for this quarter no longer match the ones that were published: find "
            "out what has changed."
        )
    call.say(f"{quarter}: the released figures follow from the facts.", {"agrees": True})


def _say(call: Call, found: Release) -> None:
    facts = {
        "quarter": str(found.quarter),
        "version": found.version,
        "tables": len(found.content.tables),
        "content_sha256": found.content_sha256,
        "query_sha256": found.content.query_sha256,
        "log_size": found.log_size,
        "log_root": found.log_root,
    }
    call.say(
        f"{found.quarter}, version {found.version}: {len(found.content.tables)} tables released,"
        f" counted at {found.log_size} events of the log.",
        facts,
    )


publication = Group(
    help="The publication scheme, the released figures and the disclosure log, as files.",
    short_help="The public site.",
)

_MOST_ANSWERS = 10_000


@publication.command("site")
def site(
    call: Call,
    directory: Annotated[
        Path, typer.Argument(help="Directory for the pages.", file_okay=False, show_default=False)
    ],
) -> None:
    """Write the site: seven classes of information, releases (HTML, CSV, JSON), disclosure log."""
    with open_store(call.existing()) as services:
        releases = list_releases(services, CONSOLE)
        answers = disclosure_log(services, CONSOLE, limit=_MOST_ANSWERS).items
    files = site_files(releases, answers)
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    call.say(
        f"Wrote {len(files)} files to {directory}.",
        {"files": len(files), "directory": str(directory)},
    )


app = Group(
    help="The audit pack for an inspectorate: samples, timeliness, use, opinions, notices,"
    " controls.",
    short_help="The compliance audit pack.",
)

_LARGEST_SEED = 2**53 - 1
"""The event of a pack states its seed, and events have no larger integers."""
_AUDITOR = console_as(Role.AUDITOR, Purpose.AUDIT)
DirectoryArgument = Annotated[
    Path, typer.Argument(help="Directory of the pack.", file_okay=False, show_default=False)
]


@app.command("pack")
def pack(
    call: Call,
    directory: DirectoryArgument,
    *,
    seed: Annotated[int, typer.Option(min=0, max=_LARGEST_SEED, help="Seed of the samples.")],
    first: Annotated[str, typer.Option(help="First day of the period.")] = "2000-01-01",
    last: Annotated[str | None, typer.Option(help="Last day; default today.")] = None,
    sample: Annotated[int, typer.Option(min=1, help="Sample size for each service.")] = 10,
) -> None:
    """Write a pack: a page, CSV and JSON, a signed checkpoint, and the digest of each file."""
    settings = call.existing()
    directory.mkdir(parents=True, exist_ok=True)
    demand_place_of(directory / SUMS)
    with open_store(settings) as services:
        end = stated_day(last) if last else services.today()
        question = AuditQuestion(stated_day(first), end, seed, sample)
        made = gather(services, _AUDITOR, question)
        files = pack_files(made, make_checkpoint(services, open_log_signer(settings)).note)
        digest = hashlib.sha256(files[SUMS]).hexdigest()
        put_on_record(services, _AUDITOR, made, digest)
    for name, content in files.items():
        write_whole(directory / name, content)
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
