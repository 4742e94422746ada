"""`identlink gallery`: a gallery whose parts are on several hosts."""

from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from domain.errors import GalleryIncompleteError, IndexDamagedError
from indexing.codes.codec import Codec, train_codec
from indexing.codes.columns import finger_bits
from indexing.codes.rotation import secret_rotation, stored_values
from indexing.files.verification import Verification
from indexing.parameters import DEFAULT_LIMITS
from indexing.parts.replicated import ReplicaLostError, demand_whole, digest_of
from service.adapters.parts.parted_index import PartedIndex
from service.adapters.parts.parts_hosting import Cluster, Hosting, Wanted, homes_of, open_cluster
from service.adapters.parts.parts_layout import Known
from service.adapters.secret_files import IndexKeys
from service.adapters.surroundings import code_version
from service.bootstrap.stores import held_format, open_database
from service.cli.context import Call, Group
from service.cli.enrolling import progress_of
from service.cli.index import digest_in
from service.live.gallery import LiveParts
from service.settings import Settings
from service.storage.database import UnitsOfWork

app = Group(help="The gallery in parts on several hosts (IDENTLINK_GALLERY).")

_LOOK_EVERY_S = 10.0
_LOOK_S = 30.0
"""How long to wait for a sign of life from a replica that is checking its files."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A gallery in parts, which may be incomplete."""

    settings: Settings
    units: UnitsOfWork
    cluster: Cluster
    index: PartedIndex
    key: bytes


@contextmanager
def _opened(settings: Settings) -> Iterator[_Opened]:
    cluster = open_cluster(settings.gallery, settings.gallery_token)
    database = open_database(settings)
    try:
        database.demand_current()
        key = IndexKeys(settings.keys_directory).current
        fmt = held_format(settings, database).index
        index = PartedIndex(cluster, fmt, key, code=code_version())
        yield _Opened(settings, database.units_of_work(), cluster, index, key)
    finally:
        cluster.close()
        database.close()


@app.command("status")
def status(call: Call) -> None:
    """Show every replica with its host and its last change; fails if parts are missing."""
    with _opened(call.existing()) as opened:
        with opened.units.read() as unit:
            last = unit.gallery_feed.last_change()
        layout = opened.index.layout
        known = opened.index.known
        rows = [_row(one, host) for one, host in zip(known, homes_of(known), strict=True)]
    facts = {"version": layout.version, "cursor": layout.cursor, "last_change": last}
    lines = [
        f"{row['name']}  part {row['part']}  host {row['host'][:8] or 'unknown'}"
        f"  change {row['fed_to']}  {row['tenprints']:,} tenprints"
        for row in rows
    ]
    whole = "whole" if layout.parts else "not whole: searches return no candidates"
    head = f"Map {layout.version}, {len(layout.parts)} parts, change {layout.cursor} of {last}."
    call.say("\n".join([f"The gallery is {whole}.", head, *lines]), {**facts, "replicas": rows})
    if not layout.parts:
        raise GalleryIncompleteError


def _row(one: Known, host: str) -> dict[str, Any]:
    share = one.standing.share
    return {
        "name": one.replica.name,
        "version": share.version,
        "part": share.number,
        "host": host,
        "fed_to": one.fed_to,
        "tenprints": share.counts[0],
        "marks": share.counts[1],
    }


@app.command("verify")
def verify(call: Call) -> None:
    """Make every replica check its files, and compare all replicas with the database."""
    with _opened(call.existing()) as opened:
        live = LiveParts(opened.index, opened.units)
        live.mend()
        live.catch_up()
        found = [_verified(one) for part in opened.index.layout.parts for one in part]
        _demand_equal(opened)
    files = sum(one.files for one in found)
    call.say(
        f"In order: {len(found)} replicas, {files} files, equal to the database.",
        {"replicas": len(found), "files": files},
    )


def _verified(one: Known) -> Verification:
    """Return a replica's check of its files; wait while the replica shows that it is alive."""
    answer = one.replica.call("verify")
    while not wait((answer,), timeout=_LOOK_EVERY_S).done:
        if wait((one.replica.call("home"),), timeout=_LOOK_S).not_done:
            raise GalleryIncompleteError(
                "A replica does not answer: see `identlink gallery status`."
            )
    try:
        found = answer.result()
    except ReplicaLostError as lost:
        raise GalleryIncompleteError(
            "A replica stopped while it was checking its files: run the same command again."
        ) from lost
    if not isinstance(found, Verification):
        raise IndexDamagedError(
            "A replica failed to check its files: see Ray's log files on its host."
        )
    return found


def _demand_equal(opened: _Opened) -> None:
    """Raise an error unless replicas agree, and all parts together match the database."""
    opened.index.refresh()
    parts = opened.index.layout.parts
    for part in parts:
        if len({one.standing.share for one in part}) > 1:
            raise IndexDamagedError(
                "Two replicas of a part differ: stop one replica and run `identlink "
                "gallery rebalance`."
            )
    shares = [part[0].standing.share for part in parts]
    demand_whole(shares, opened.index.cursor)
    held = digest_in(opened.units, opened.index.template_format, opened.key)
    if held != digest_of(shares):
        raise IndexDamagedError(
            "The gallery differs from the database: run `identlink gallery rebalance` with"
            " another number of parts to rebuild it."
        )


@app.command("rebalance")
def rebalance(
    call: Call,
    *,
    parts: Annotated[int, typer.Option(min=1, max=1024, help="Number of parts.")] = 4,
    replicas: Annotated[
        int, typer.Option(min=1, max=8, help="Number of replicas of each part.")
    ] = 2,
    directory: Annotated[
        Path, typer.Option(help="Directory on each host for its replicas.")
    ] = Path("/var/lib/identlink/gallery"),
    leave: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST", help="A host from which all replicas are moved away; may be repeated."
        ),
    ] = None,
) -> None:
    """Spread the gallery over the hosts that are running; searches continue meanwhile."""
    with _opened(call.existing()) as opened:
        live = LiveParts(opened.index, opened.units)
        hosting = Hosting(
            opened.cluster,
            opened.index,
            directory,
            fill=partial(_fill, live, opened.units),
            trained=partial(_trained, opened),
        )
        moves = hosting.rebalance(Wanted(parts, replicas, tuple(leave or ())))
    call.say(
        f"{len(moves.starts)} replicas made, {len(moves.stops)} stopped: their files may be"
        " deleted.",
        {"started": len(moves.starts), "stopped": list(moves.stops)},
    )


def _fill(live: LiveParts, units: UnitsOfWork) -> None:
    with units.read() as unit:
        total = unit.gallery_feed.last_change()
    console = Console(stderr=True)
    with progress_of("Filling replicas", total, console) as advance:
        live.mend(advance)
    live.mend()
    console.print(
        "Replicas are filled. Merging files now: this takes some minutes for millions of people."
    )


def _trained(opened: _Opened) -> Codec | None:
    """Return a codec trained on the first people of the database; None if there are too few."""
    with opened.units.read() as unit:
        batch = unit.gallery_feed.changes_after(0, DEFAULT_LIMITS.codec_sample).enrolled
    if len(batch) < DEFAULT_LIMITS.codec_minimum:
        return None
    fmt = opened.index.template_format
    rotation = secret_rotation(opened.key, fmt.template.dimension)
    vectors = stored_values(batch.captures.vectors, rotation)
    return train_codec(vectors, finger_bits(batch.captures.presence), fmt)
