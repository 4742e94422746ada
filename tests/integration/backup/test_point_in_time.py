"""A database taken back to a point in time by the archive of PostgreSQL, and what the keys say."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import StateBehindError
from matching.scorer import Scorer
from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store, open_unaged_store
from service.provenance.bundle.bundle import TrustedKeys
from service.settings import Settings, load_settings
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.log.verification import verify_store
from tests.hosts.hosts import Database
from tests.integration.parted.conftest import served

pytestmark = [pytest.mark.databases, pytest.mark.dear("two servers of PostgreSQL are made")]


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that the account of the database goes through."""
    made = Path(tempfile.mkdtemp(prefix="identlink-archive-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def archived(place: Path) -> Iterator[Database]:
    """A server that archives its write-ahead log."""
    server = Database("", place / "d", str(place / "d" / "socket"))
    archive = place / "d" / "socket" / "archive"
    try:
        server.make()
        server.kill()
        with (server.data / "postgresql.conf").open("a") as file:
            file.write(f"archive_mode = on\narchive_command = 'mkdir -p {archive} && cp %p")
            file.write(f" {archive}/%f'\nrestore_command = 'cp {archive}/%f %p'\n")
        server.start()
        with server.connected() as opened:
            opened.execute("CREATE DATABASE identlink")
        yield server
    finally:
        server.kill()


def settings_of(server: Database, store: Path) -> Settings:
    url = f"postgresql://postgres@/identlink?host={server.address}"
    return load_settings(store=store, database_url=url, probe_attempts=0)


def enrolled(server: Database) -> set[str]:
    """Return the encounters of a server."""
    with server.connected("identlink") as opened:
        rows = opened.execute("SELECT encounter_id FROM encounters").fetchall()
    return {str(row[0]) for row in rows}


def _wait_for_archive(server: Database) -> None:
    """End the segment of the write-ahead log in hand, and wait until it is in the archive."""
    with server.connected() as opened:
        query = "SELECT pg_walfile_name(pg_switch_wal())"
        (segment,) = opened.execute(query).fetchone() or ("",)
        for _ in range(300):
            query = "SELECT last_archived_wal FROM pg_stat_archiver"
            if (opened.execute(query).fetchone() or ("",))[0] == segment:
                return
            time.sleep(0.1)
    raise TimeoutError(segment)


def taken_back(place: Path, server: Database, until: str) -> Database:
    """Return another server, made of a base backup and of the archive until a time."""
    other = Database("", place / "r", str(place / "r" / "socket"))
    shutil.copytree(server.socket / "base", other.data)
    other.socket.mkdir(mode=0o755)
    with (other.data / "postgresql.conf").open("a") as file:
        file.write(f"archive_mode = off\nrecovery_target_time = '{until}'\n")
        file.write("recovery_target_action = 'promote'\n")
    (other.data / "recovery.signal").touch()
    _hand_over(server.data, other.directory)
    other.start()
    _wait_for_promotion(other)
    return other


def _wait_for_promotion(server: Database) -> None:
    """Wait until a server has ended its recovery: it answers before, but takes no writes."""
    with server.connected() as opened:
        for _ in range(600):
            if (opened.execute("SELECT pg_is_in_recovery()").fetchone() or ("",))[0] is False:
                return
            time.sleep(0.1)
    raise TimeoutError("recovery")


def _hand_over(model: Path, directory: Path) -> None:
    """Give a directory to the account that has the model."""
    owner = model.stat()
    for path in (directory, *directory.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)


def test_a_database_is_taken_back_and_does_not_serve_until_that_is_accepted(
    place: Path, archived: Database, tmp_path: Path, scorer: Scorer
) -> None:
    settings = settings_of(archived, tmp_path / "store")
    with served(settings, scorer) as world:
        before = str(world.enrol(1)["encounter_id"])
        archived.base_backup(archived.socket / "base")
        between = str(world.enrol(2)["encounter_id"])
        with archived.connected() as opened:
            (until,) = opened.execute("SELECT clock_timestamp()::text").fetchone() or ("",)
        after = str(world.enrol(3)["encounter_id"])
        make_checkpoint(world.services, open_log_signer(settings))
    _wait_for_archive(archived)

    restored = taken_back(place, archived, until)
    try:
        found = enrolled(restored)
        older = settings_of(restored, tmp_path / "store")
        with pytest.raises(StateBehindError), open_store(older):
            pass
        with open_unaged_store(older) as services:
            trusted = TrustedKeys(open_log_signer(older).verifier, ())
            report = verify_store(services, trusted, held=[], is_deep=True)
    finally:
        restored.kill()

    assert (before in found, between in found, after in found) == (True, True, False)
    assert report.log.findings == ()
