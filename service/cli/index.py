"""`identlink index`: build, show, check, compact or rekey the index, and rehearse searches."""

from contextlib import closing
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console

from domain.errors import IndexDamagedError
from domain.prints.templates import IndexedFormat
from indexing.files.verification import ContentTally, Verification
from indexing.gallery_index import GalleryIndex
from indexing.manifests import emptied
from service.adapters.secret_files import IndexKeys
from service.bootstrap.runtime import Runtime, open_runtime
from service.bootstrap.stores import held_format, open_database
from service.cli.context import CONSOLE, Call, Group
from service.cli.enrolling import progress_of
from service.live.gallery import CHANGES_A_STEP, LiveGallery, coded_changes
from service.settings import Settings
from service.storage.database import Database, UnitsOfWork
from service.usecases.models.rehearsing import NIGHTLY, rehearse
from service.usecases.people.integrity import changes_to_check, check_gallery

app = Group(help="The search index. It is derived from the database and can be rebuilt.")


@app.command("build")
def build(call: Call) -> None:
    """Rebuild the index from the database, even a damaged one; stop servers and workers first."""
    settings = call.existing()
    facts = _made_anew(settings, IndexKeys(settings.keys_directory).current)
    call.say(f"Built: {facts['encounters']:,} encounters.", facts)


@app.command("rekey")
def rekey(call: Call) -> None:
    """Rebuild the index under a new secret key: copies of files under the old key become useless.

    The index is rebuilt from the database and not from the old index, so no value is rounded a
    second time. Nothing else may use the index during the rebuild. If the command is interrupted,
    the next start opens the index with the key under which its files were written.
    """
    settings = call.existing()
    keys = IndexKeys(settings.keys_directory)
    facts = _made_anew(settings, keys.prepare_next())
    keys.adopt_next()
    call.say(f"New key: {facts['encounters']:,} encounters.", facts)


def _made_anew(settings: Settings, key: bytes) -> dict[str, Any]:
    with closing(open_database(settings)) as database:
        database.demand_current()
        return _built(settings, database, key)


def _built(settings: Settings, database: Database, key: bytes) -> dict[str, Any]:
    units = database.units_of_work()
    with units.read() as unit:
        total = unit.gallery_feed.last_change()
    index = GalleryIndex.open(
        emptied(settings.index_directory),
        template_format=held_format(settings, database).index,
        key=key,
        threads=settings.index_threads,
    )
    with closing(index):
        with progress_of("Building the index", total, Console(stderr=True)) as advance:
            LiveGallery(index, units).catch_up(advance)
        index.compact()
        return _facts(index)


@app.command("info")
def info(call: Call) -> None:
    """Show the content of the index and the database state that it was built from."""
    with open_runtime(call.existing()) as runtime:
        facts = _facts(runtime.services.gallery.local_index)
    lines = [f"{name:<14}{value}" for name, value in facts.items()]
    call.say("\n".join(lines), facts)


@app.command("verify")
def verify(call: Call) -> None:
    """Check every file against its digest and the content against the database."""
    settings = call.existing()
    with open_runtime(settings) as runtime:
        verification = verified(runtime)
    call.say(
        f"In order: {verification.files} files, {verification.encounters:,} encounters, "
        f"{verification.marks:,} marks, equal to the database.",
        asdict(verification),
    )


def verified(runtime: Runtime) -> Verification:
    """Return the content of the index if it matches the database.

    Raises IndexDamagedError, which names a file if one has changed.
    """
    found = runtime.services.gallery.local_index.verify()
    key = IndexKeys(runtime.settings.keys_directory).current
    services = runtime.services
    if found.digest != digest_in(services.units, services.print_format.index, key):
        raise IndexDamagedError(
            "The index differs from the database: run `identlink index build`."
        )
    return found


def digest_in(units: UnitsOfWork, template_format: IndexedFormat, key: bytes) -> str:
    """Return the digest that an index has when its content matches the database."""
    tally = ContentTally(template_format=template_format, key=key)
    cursor, is_last = 0, False
    while not is_last:
        with units.read() as unit:
            changes = coded_changes(unit, template_format, cursor, CHANGES_A_STEP)
        tally.add(changes.enrolled)
        tally.add(changes.marks)
        cursor, is_last = changes.cursor, changes.is_last
    return tally.digest


@app.command("compact")
def compact(call: Call) -> None:
    """Rewrite the files without erased captures, and merge many small ones into few large."""
    with open_runtime(call.existing()) as runtime:
        runtime.services.gallery.local_index.compact()
        facts = _facts(runtime.services.gallery.local_index)
    call.say(f"Compacted into {facts['segments']} segments.", facts)


def _facts(index: GalleryIndex) -> dict[str, Any]:
    return {
        "generation": index.generation,
        "cursor": index.cursor,
        "digest": index.digest,
        **asdict(index.statistics()),
    }


AllOption = Annotated[
    bool, typer.Option("--all", help="Check all people, not only changes since the last run.")
]


@app.command("integrity")
def integrity(call: Call, *, is_whole: AllOption = False) -> None:
    """Look for people with the same prints, and for swapped fingers in a capture.

    Each possible error opens a case for a supervisor; the gallery does not change. A run continues
    where the last one ended, even if that was interrupted. It can run beside a server.
    """
    with open_runtime(call.existing()) as runtime:
        total = changes_to_check(runtime.services, is_whole=is_whole)
        with progress_of("Comparing prints", total, Console(stderr=True)) as advance:
            report = check_gallery(runtime.services, CONSOLE, is_whole=is_whole, advance=advance)
    call.say(
        f"Checked {report.persons:,} people: {report.duplicates} probable duplicates,"
        f" {report.swaps} probable swaps of fingers, {report.opened} cases opened.",
        asdict(report),
    )


PeopleOption = Annotated[
    int,
    typer.Option(
        min=1, help="Number of people whose captures are used; everybody if there are fewer."
    ),
]


@app.command("rehearse")
def rehearsal(call: Call, *, people: PeopleOption = NIGHTLY) -> None:
    """Rehearse: search with captures of enrolled people, and count how similar strangers are.

    The weight of evidence of prints is computed from these counts. Searches by prints propose no
    candidates until 2,995 people have been rehearsed. A server runs this by itself. A run
    continues where the last one stopped, even if that run was interrupted. It can run beside a
    server.
    """
    with open_runtime(call.existing()) as runtime:
        total = min(people, runtime.services.gallery.persons)
        with progress_of("Rehearsing", total, Console(stderr=True)) as advance:
            report = rehearse(runtime.services, CONSOLE, people, advance=advance)
    call.say(
        f"Rehearsed {report.people:,} people in {report.searches:,} searches. In "
        f"{report.doubts} of these, somebody was found who may be the same person.",
        asdict(report),
    )
