"""Two servers on one store, on purpose and by mistake."""

from __future__ import annotations

import signal
import socket
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from domain.errors import GalleryError
from domain.ids import SearchId
from service.bootstrap.runtime import assemble
from tests.ahead import shipped_model
from tests.integration.api.driver import World
from tests.integration.chaos.dying_writer import other_writers
from tests.integration.outages.served import Served, served, verified
from tests.unit.service.cli.console import Console

pytestmark = pytest.mark.promise("kills")


def found(world: World, person: int) -> set[str]:
    """Return the persons that a search at one server proposes."""
    search_id = world.search(person)
    with world.services.units.read() as unit:
        return {str(one.person_id) for one in unit.searches.candidates(SearchId(search_id))}


def test_each_server_finds_what_the_other_has_committed(database_url: str, tmp_path: Path) -> None:
    given = {"store": tmp_path / "store", "database_url": database_url}
    with served(**given) as here, served(**given) as there:
        first = here.world.enrol(2)["person_id"]
        second = there.world.enrol(3)["person_id"]

        assert first in found(there.world, 2)
        assert second in found(here.world, 3)
        assert here.world.counts() == there.world.counts()
    assert verified(here.settings).is_sound


DYING_BEFORE = {"sqlite": (3, 6, 9, 12), "postgresql": (1, 2, 3, 4)}
"""Statements of an enrolment up to its last; PostgreSQL gets several rows in one."""


def test_one_that_is_killed_while_it_writes_does_not_hold_the_other_up(
    database_url: str, tmp_path: Path
) -> None:
    given = {"store": tmp_path / "store", "database_url": database_url}
    with other_writers() as let_write, served(**given) as store:
        before = store.world.counts()
        fatal = DYING_BEFORE[make_url(database_url).get_backend_name()]
        *died, lived = let_write(*given.values(), *fatal, 0)
        after = store.world.counts()
        enrolled = store.enrol(2)

        assert ({*died}, lived) == ({signal.SIGKILL}, 0)
        # Of people, captures and changes of the gallery: those of the one that lived, and no more.
        assert after[1:4] == tuple(number + 1 for number in before[1:4])
        assert enrolled.status_code == 201
        assert _is_whole(store)
    assert verified(store.settings).is_sound


def _is_whole(store: Served) -> bool:
    return store.search().status_code == 201 and store.has_all_acknowledged()


def test_a_second_server_on_the_same_port_says_so_and_leaves_the_first_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(store=tmp_path / "store") as store, closing(socket.socket()) as first:
        first.bind(("127.0.0.1", 0))
        first.listen(1)
        port = first.getsockname()[1]
        ended = Console(monkeypatch, capsys)(
            "serve", "--store", tmp_path / "store", "--port", port
        )

        assert ended.exit_code == 1
        (sentence,) = ended.err.strip().splitlines()
        assert "in use" in sentence
        assert _is_whole(store)


def test_a_second_server_without_a_free_slot_says_so_and_leaves_the_first_alone(
    tmp_path: Path,
) -> None:
    with served(store=tmp_path / "store", index_slots=1) as store:
        with pytest.raises(GalleryError, match="IDENTLINK_INDEX_SLOTS"):
            assemble(store.settings, shipped_model())
        assert _is_whole(store)
    assert verified(store.settings).is_sound
