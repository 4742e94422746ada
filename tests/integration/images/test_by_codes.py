"""Single fingers whom the list of vectors loses and codes of their minutiae find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import IndexDamagedError
from domain.prints.prints import FINGERS
from indexing.files.store import NO_ROWS
from indexing.gallery_index import GalleryIndex
from matching.scorer import Scorer, load_scorer
from prints.features.parameters import DEPTH
from prints.formats import minutiae_192
from service.adapters.secret_files import IndexKeys
from service.bootstrap.runtime import assemble
from service.cli.index import digest_in
from service.settings import load_settings
from service.usecases.links import past_look_up
from service.usecases.searches import in_depth, looking_up
from service.usecases.searches.in_depth import Manner
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.images.conftest import open_office
from tests.integration.images.test_in_depth import (
    DONOR,
    PEOPLE,
    a_mark,
    arithmetic,
    enrol,
    ranked,
    replayed,
)
from tests.integration.web.driver import Office
from tests.unit.service.cli.console import Console

FORMAT = minutiae_192.FORMAT


@pytest.fixture
def office_of_two(sqlite_url: str, scorer: Scorer, tmp_path: Path) -> Iterator[Office]:
    """Return an office where two people are looked up, weighed and stored."""
    two = {f"{kind}_candidates": 2 for kind in ("scored", "weighed", "stored")}
    yield from open_office(sqlite_url, scorer, tmp_path, **two)


def short_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the list of vectors hold two people, by a mark that is not turned."""
    for module in (looking_up, in_depth, past_look_up):
        monkeypatch.setattr(module, "DEPTH", replace(DEPTH, persons=2, turns_rad=(0.0,)))


def searched(world: World) -> str:
    return world.search(0, impressions=a_mark(), search_type="LT/TP")


def without_codes(turns_rad: tuple[float, ...], *, is_coded: bool) -> Manner:
    """Return the manner of a search of before."""
    del is_coded
    return Manner(turns_rad, is_coded=False)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_who_is_not_on_the_list_is_found_by_codes_and_replayed_until_erased(
    office_of_two: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office_of_two.world
    enrolled = [enrol(world, person)["person_id"] for person in range(PEOPLE)]
    short_list(monkeypatch)
    with monkeypatch.context() as before:
        before.setattr(in_depth, "Manner", without_codes)
        by_list = searched(world)

    by_codes = searched(world)

    assert enrolled[DONOR] not in ranked(world, by_list)
    assert ranked(world, by_codes)[0] == enrolled[DONOR]
    assert "in depth 1 " in arithmetic(world, by_list)
    assert "in depth 2 " in arithmetic(world, by_codes)
    answer = replayed(world, by_codes, enrolled[DONOR])
    assert (answer["verdict"], answer["look_up"]["verdict"]) == ("exact", "exact")
    have_erased(world, enrolled[DONOR])
    assert enrolled[DONOR] not in ranked(world, searched(world))


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_search_without_codes_is_replayed_without_them(
    office_of_two: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office_of_two.world
    for person in range(PEOPLE):
        enrol(world, person)
    short_list(monkeypatch)
    with monkeypatch.context() as before:
        before.setattr(in_depth, "Manner", without_codes)
        search_id = searched(world)

    answer = replayed(world, search_id, ranked(world, search_id)[0])

    assert (answer["verdict"], answer["look_up"]["verdict"]) == ("exact", "exact")


def test_the_index_holds_the_codes_of_what_is_stored(office: Office, tmp_path: Path) -> None:
    world = office.world
    for person, with_minutiae in ((1, True), (2, False), (3, True)):
        enrol(world, person, with_minutiae=with_minutiae)
    key = IndexKeys(load_settings(store=tmp_path / "store").keys_directory).current
    index = world.services.gallery.index
    world.services.gallery.catch_up()

    held = world.services.gallery.local_index.snapshot.shelves.values()

    codes = [source.columns.codes.any(axis=(2, 3)) for shelf in held for source in shelf.sources]
    assert [one.sum(axis=1).tolist() for one in codes] == [[len(FINGERS), 0, len(FINGERS)]]
    assert index.digest == digest_in(world.services.units, FORMAT.index, key)


def test_an_index_of_before_is_refused_with_its_remedy_which_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load_settings(store=tmp_path / "store", template_format=FORMAT.label)
    assemble(settings, load_scorer()).close()
    key, before = IndexKeys(settings.keys_directory).current, replace(FORMAT.index, codes=None)
    old = GalleryIndex.create(settings.index_directory, template_format=before, key=key, threads=1)
    old.erase(NO_ROWS, cursor=1)
    old.close()
    monkeypatch.setenv("IDENTLINK_TEMPLATE_FORMAT", FORMAT.label)
    console = Console(monkeypatch, capsys)

    with pytest.raises(IndexDamagedError, match="build the index again"):
        assemble(settings, load_scorer())
    told = console("--store", settings.store, "doctor")
    built = console("--store", settings.store, "index", "build")

    assert told.exit_code == 1
    assert "The index was made by another version" in " ".join((told.out + told.err).split())
    assert built.exit_code == 0
    assemble(settings, load_scorer()).close()
