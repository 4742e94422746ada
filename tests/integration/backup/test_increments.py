"""Increments by the commands: written since a list, restored one after the other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from domain.errors import BackupDamagedError, InvalidInputError
from matching.scorer import Scorer
from service.settings import Settings
from tests.integration.api.erasing import erased
from tests.integration.backup.conftest import Place
from tests.kept import Kept, kind_of, new_store

Elsewhere = Callable[..., Place]


@pytest.fixture(scope="module")
def kept_chain(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scorer: Scorer
) -> Callable[[str], tuple[Kept, Path]]:
    """Return a maker of a store with its backups in a directory, made once on each database."""

    @cache
    def make(kind: str) -> tuple[Kept, Path]:
        kept = new_store(request, kind, tmp_path_factory.mktemp("chained"))
        backups = tmp_path_factory.mktemp("backups")
        back_up_in_steps(place_of(kept.settings, scorer), backups)
        return kept, backups

    return make


def place_of(settings: Settings, scorer: Scorer) -> Place:
    return Place(settings.store, settings.keys_directory, settings.database_address, scorer)


def back_up_in_steps(place: Place, directory: Path) -> None:
    """Write a full backup and two increments: after a further person, and after an erasure."""

    def back_up(number: int) -> None:
        file, listed = directory / f"{number}.backup", directory / f"{number}.list"
        since = ["--since", str(directory / f"{number - 1}.list")] if number else []
        done = place.run("backup", str(file), "--list-to", str(listed), *since, "--json")
        assert done.exit_code == 0, repr(done.exception)

    with place.served() as world:
        first = world.enrol(1)
        world.enrol(2)
        back_up(0)
        case = world.case_of(world.search(1))
        world.examine(case, "examiner-a", person_id=first["person_id"])
        world.enrol(3)
        back_up(1)
        erased(world, first["person_id"])
        back_up(2)


@pytest.fixture
def place(
    kept_chain: Callable[[str], tuple[Kept, Path]],
    database_url: str,
    tmp_path: Path,
    scorer: Scorer,
) -> Iterator[Place]:
    """Return a copy of the store that was backed up."""
    kept, _ = kept_chain(kind_of(database_url))
    with kept.copied(tmp_path / "copy") as settings:
        yield place_of(settings, scorer)


@pytest.fixture
def chain(
    kept_chain: Callable[[str], tuple[Kept, Path]], database_url: str, tmp_path: Path
) -> list[Path]:
    """Return copies of the backups in the order in which they were written; lists lie beside."""
    _, backups = kept_chain(kind_of(database_url))
    for file in backups.iterdir():
        shutil.copy2(file, tmp_path / file.name)
    return [tmp_path / f"{number}.backup" for number in range(3)]


@pytest.mark.promise("erasure")
@pytest.mark.dear("fills and backs up the store that the others copy")
def test_a_chain_restores_the_last_moment(
    place: Place, chain: list[Path], elsewhere: Elsewhere
) -> None:
    other = elsewhere(place.keys)

    done = other.run("restore", *map(str, chain), "--json")

    assert done.exit_code == 0, repr(done.exception)
    assert json.loads(done.stdout)["log_is_sound"]
    with place.served() as before, other.served() as after:
        assert after.counts() == before.counts()
    assert other.run("log", "verify", "--deep").exit_code == 0


def test_the_whole_backup_may_come_through_a_pipe(
    place: Place, chain: list[Path], elsewhere: Elsewhere, tmp_path: Path
) -> None:
    whole, *parts = chain

    rehearsed = place.run(
        "restore", "-", *map(str, parts), "--rehearse", "--json", given=whole.read_bytes()
    )
    piped = place.run("backup", "-", "--since", str(tmp_path / "2.list"))
    (tmp_path / "3.backup").write_bytes(piped.stdout_bytes)
    done = elsewhere(place.keys).run(
        "restore", *map(str, chain), str(tmp_path / "3.backup"), "--json"
    )

    assert rehearsed.exit_code == 0, repr(rehearsed.exception)
    assert json.loads(rehearsed.stdout)["log_is_sound"]
    assert done.exit_code == 0, repr(done.exception)
    # The event of the second increment itself is not in it, but in the third.
    assert json.loads(done.stdout)["events"] == json.loads(rehearsed.stdout)["events"] + 1


def test_an_increment_says_what_it_holds(place: Place, chain: list[Path], tmp_path: Path) -> None:
    one = place.run(
        "backup", str(tmp_path / "more"), "--since", str(tmp_path / "2.list"), "--json"
    )
    said = place.run("backup", str(tmp_path / "again"), "--since", str(tmp_path / "2.list"))

    facts = json.loads(one.stdout)
    assert 0 < facts["rows_written"] < sum(facts["rows"].values())
    assert facts["since_events"] == facts["events"] - 1
    assert "which changed since event" in said.stdout
    assert chain[1].stat().st_mode & 0o777 == 0o600


@pytest.mark.promise("tampering")
@pytest.mark.parametrize("order", [[1], [0, 2], [0, 2, 1], [0, 0], [2, 1, 0]])
def test_what_does_not_follow_is_refused_before_anything_is_touched(
    place: Place, chain: list[Path], elsewhere: Elsewhere, order: list[int]
) -> None:
    other = elsewhere(place.keys)

    refused = other.run("restore", *(str(chain[number]) for number in order))

    assert isinstance(refused.exception, BackupDamagedError)
    whole = other.run("restore", *map(str, chain))
    assert whole.exit_code == 0, repr(whole.exception)


def test_lists_are_checked_before_anything_is_written(
    place: Place, chain: list[Path], tmp_path: Path
) -> None:
    new = tmp_path / "new"

    no_list = place.run("backup", str(new), "--since", str(chain[0]))
    taken = place.run("backup", str(new), "--list-to", str(tmp_path / "0.list"))
    same = place.run("backup", str(new), "--list-to", str(new))
    nowhere = place.run("backup", str(new), "--list-to", str(tmp_path / "no" / "list"))
    missing = place.run("backup", str(new), "--since", str(tmp_path / "no.list"))
    gone = place.run("restore", str(chain[0]), str(tmp_path / "no.backup"))

    assert isinstance(no_list.exception, BackupDamagedError)
    for refused in (taken, same, nowhere):
        assert isinstance(refused.exception, InvalidInputError)
    assert missing.exit_code == gone.exit_code == 2
    assert not new.exists()
