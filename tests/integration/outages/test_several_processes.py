"""Two processes over one store: each serves the other's commits, and neither blocks the other."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matching.scorer import load_scorer
from service.app import create_app
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.provenance.log.checkpoints import open_checkpoint
from service.settings import load_settings
from service.storage.log.checkpoints import StoredCheckpoint
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.log.state_age import root_at
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.test_names_enquiry import enquire


@pytest.fixture
def worlds(database_url: str, tmp_path: Path) -> Iterator[tuple[World, World]]:
    settings = load_settings(store=tmp_path / "store", database_url=database_url)
    scorer = load_scorer(settings.model_directory)
    with ExitStack() as stack:
        opened = []
        for _ in range(2):
            log = io.StringIO()
            app = create_app(assemble(settings, scorer), logger=build_logger(log))
            client = stack.enter_context(TestClient(app, raise_server_exceptions=False))
            opened.append(World(app, client, log))
        yield opened[0], opened[1]


def test_an_enrolment_in_one_process_is_found_by_the_next_search_in_the_other(
    worlds: tuple[World, World],
) -> None:
    first, second = worlds
    person_id = first.enrol(1)["person_id"]

    search_id = second.search(1)

    with second.services.units.read() as unit:
        best = unit.searches.candidates(search_id)[0]  # type: ignore[arg-type]
    assert best.person_id == person_id
    assert second.services.gallery.index.digest == first.services.gallery.index.digest


def test_an_erasure_in_one_process_is_found_by_no_later_search_in_the_other(
    worlds: tuple[World, World],
) -> None:
    first, second = worlds
    person_id = first.enrol(1)["person_id"]
    second.search(1)

    have_erased(first, person_id)
    search_id = second.search(1)

    with second.services.units.read() as unit:
        assert unit.searches.candidates(search_id) == ()  # type: ignore[arg-type]


def test_an_erasure_in_one_process_is_found_by_no_later_names_enquiry_in_the_other(
    worlds: tuple[World, World],
) -> None:
    first, second = worlds
    enrolled = first.enrol(1)
    before = [found["record_id"] for found in enquire(second, 1)]

    have_erased(first, enrolled["person_id"])

    assert before == [enrolled["record_id"]]
    assert enquire(second, 1) == []


def test_two_processes_that_sign_at_one_time_sign_one_log(
    worlds: tuple[World, World], tmp_path: Path
) -> None:
    signers = [open_log_signer(load_settings(store=tmp_path / "store")) for _ in worlds]

    def signed(place: int) -> list[StoredCheckpoint]:
        services = worlds[place].services
        return [make_checkpoint(services, signers[place]) for _ in range(20)]

    with ThreadPoolExecutor(3) as pool:
        growing = pool.submit(lambda: [worlds[0].enrol(person) for person in range(6)])
        made = [one for each in pool.map(signed, range(2)) for one in each]
        growing.result()

    services, verifier = worlds[1].services, signers[0].verifier
    last = make_checkpoint(services, signers[1])
    with services.units.read() as unit:
        kept = {one.size: one.note for one in unit.checkpoints.every()}
        for note in kept.values():
            told = open_checkpoint(note, verifier).checkpoint
            assert told.root == root_at(unit, told.size)
    assert {one.size for one in [*made, last]} == set(kept)
    assert last.size == worlds[0].counts()[0]
