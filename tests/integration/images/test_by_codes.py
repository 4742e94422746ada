"""Single fingers whom the list of vectors loses and codes of their minutiae find."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.errors import IndexDamagedError
from domain.ids import PersonRow
from domain.prints.prints import FINGERS, ImpressionType
from indexing.files.store import NO_ROWS
from indexing.gallery_index import GalleryIndex
from indexing.manifests import emptied
from matching.scorer import Scorer
from prints.features.parameters import CODE, DEPTH
from prints.formats import minutiae_192
from service.adapters.secret_files import IndexKeys
from service.bootstrap.runtime import assemble
from service.cli.index import digest_in
from service.settings import load_settings
from service.usecases.links import past_asking, past_look_up, past_search
from service.usecases.searches import by_minutiae, in_depth, looking_up
from service.usecases.searches.in_depth import Manner
from tests.ahead import shipped_model
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.prints import encounter
from tests.integration.disclosure.restricting import lifted as no_longer_restricted
from tests.integration.disclosure.restricting import restricted
from tests.integration.images.conftest import open_office
from tests.integration.images.test_in_depth import (
    DONOR,
    FINGER,
    PEOPLE,
    a_mark,
    arithmetic,
    enrol,
    lifted,
    ranked,
    reading,
    replayed,
    sent,
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


def few_by_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have codes choose three captures."""
    for module in (by_minutiae, in_depth, past_search, past_asking):
        monkeypatch.setattr(module, "CODE", replace(CODE, matched=3))


def filed(world: World, person: int, number: int = 1, *, with_minutiae: bool = True) -> str:
    """File a mark that finds nobody, and return the unknown person of it."""
    minutiae = lifted(person, FINGER, turn_rad=0.7, number=number)
    mark = sent(minutiae, 0, ImpressionType.LATENT, with_minutiae=with_minutiae)
    search_id = world.search(0, impressions=[mark], search_type="LT/TP")
    with world.services.units.read() as unit:
        filed_last = unit.people.person_ids([PersonRow(unit.people.count())])
    assert ranked(world, search_id) == []
    return str(*filed_last.values())


def added(world: World, search_type: str, person: int, number: int = 1) -> str:
    """Add a person to the gallery of a search: a tenprint, or an unsolved mark."""
    if search_type.endswith("TP"):
        return str(enrol(world, person)["person_id"])
    return filed(world, person, number)


def probe_of(search_type: str) -> list[dict[str, Any]]:
    """Return a probe of the donor whose vectors find others."""
    if search_type == "LT/TP":
        return a_mark()
    if search_type == "LT/LT":
        minutiae = lifted(DONOR, FINGER, turn_rad=-1.6, number=2)
        return [sent(minutiae, 0, ImpressionType.LATENT)]
    return [sent(reading(DONOR, one, 2), int(one), ImpressionType.ROLLED) for one in FINGERS]


def searched(world: World, search_type: str) -> str:
    return world.search(0, impressions=probe_of(search_type), search_type=search_type)


def without_codes(turns_rad: tuple[float, ...], *, is_coded: bool) -> Manner:
    """Return the manner of a search of before."""
    del is_coded
    return Manner(turns_rad, is_coded=False)


def searched_before(world: World, search_type: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Search as was done before there were codes."""
    with monkeypatch.context() as before:
        before.setattr(in_depth, "Manner", without_codes)
        before.setattr(by_minutiae, "chooses_marks", lambda *_: False)
        return searched(world, search_type)


LABELS = {
    "LT/TP": ("in depth 1 ", "in depth 2 "),
    "TP/LT": ("; order: ", "; marks by codes "),
    "LT/LT": ("; order: ", "; marks by codes "),
}
"""What the arithmetic of each search states, without codes and with them."""
EXACT = ("exact", "exact")


def verdicts(answer: dict[str, Any]) -> tuple[str, str]:
    return answer["verdict"], answer["look_up"]["verdict"]


@pytest.mark.parametrize("search_type", list(LABELS))
@pytest.mark.dear("reads pictures and compares their minutiae")
def test_who_is_not_on_the_list_is_found_by_codes_and_replayed_until_erased(
    office_of_two: Office, monkeypatch: pytest.MonkeyPatch, search_type: str
) -> None:
    world = office_of_two.world
    people = [added(world, search_type, person) for person in range(PEOPLE)]
    short_list(monkeypatch)
    few_by_codes(monkeypatch)
    by_list = searched_before(world, search_type, monkeypatch)

    found = searched(world, search_type)
    added(world, search_type, DONOR, 3)

    assert people[DONOR] not in ranked(world, by_list)
    assert ranked(world, found)[0] == people[DONOR]
    of_list, of_codes = LABELS[search_type]
    assert of_list in arithmetic(world, by_list)
    assert of_codes not in arithmetic(world, by_list)
    assert of_codes in arithmetic(world, found)
    assert verdicts(replayed(world, found, people[DONOR])) == EXACT
    restriction = restricted(world, people[DONOR])
    assert people[DONOR] not in ranked(world, searched(world, search_type))
    no_longer_restricted(world, restriction)
    assert people[DONOR] in ranked(world, searched(world, search_type))
    have_erased(world, people[DONOR])
    assert people[DONOR] not in ranked(world, searched(world, search_type))


@pytest.mark.parametrize("search_type", list(LABELS))
@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_search_without_codes_is_replayed_without_them(
    office_of_two: Office, monkeypatch: pytest.MonkeyPatch, search_type: str
) -> None:
    world = office_of_two.world
    for person in range(PEOPLE):
        added(world, search_type, person)
    short_list(monkeypatch)
    search_id = searched_before(world, search_type, monkeypatch)

    answer = replayed(world, search_id, ranked(world, search_id)[0])

    assert verdicts(answer) == EXACT


@pytest.mark.parametrize("search_type", ["TP/LT", "LT/LT"])
def test_marks_without_minutiae_keep_the_places_of_their_vectors(
    office: Office, monkeypatch: pytest.MonkeyPatch, search_type: str
) -> None:
    world = office.world
    people = [filed(world, person, with_minutiae=person == DONOR) for person in range(6)]
    by_list = searched_before(world, search_type, monkeypatch)

    search_id = searched(world, search_type)

    assert ranked(world, search_id) == ranked(world, by_list)
    assert set(ranked(world, search_id)) == set(people)
    assert verdicts(replayed(world, search_id, people[DONOR])) == EXACT


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_of_two_marks_of_a_person_the_better_one_is_listed_once(office: Office) -> None:
    world = office.world
    for person in (5, 6):
        filed(world, person)
    one, other = (filed(world, DONOR, number) for number in (1, 3))
    body = {"surviving": one, "absorbed": other, "reason": "One person."}
    merge_id = world.supervisor("sue").post("/v1/merges", body).json()["merge_id"]
    merged = world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
    assert merged.status_code == 200, merged.text

    search_id = searched(world, "LT/LT")

    assert ranked(world, search_id)[0] == one
    assert len(set(ranked(world, search_id))) == len(ranked(world, search_id)) == 3
    assert verdicts(replayed(world, search_id, one)) == EXACT


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
    assemble(settings, shipped_model()).close()
    key, before = IndexKeys(settings.keys_directory).current, replace(FORMAT.index, codes=None)
    old = GalleryIndex.open(
        emptied(settings.index_directory), template_format=before, key=key, threads=1
    )
    old.erase(NO_ROWS, cursor=1)
    old.close()
    monkeypatch.setenv("IDENTLINK_TEMPLATE_FORMAT", FORMAT.label)
    console = Console(monkeypatch, capsys)

    with pytest.raises(IndexDamagedError, match="build the index again"):
        assemble(settings, shipped_model())
    told = console("--store", settings.store, "doctor")
    built = console("--store", settings.store, "index", "build")

    assert told.exit_code == 1
    assert "The index was made by another version" in " ".join((told.out + told.err).split())
    assert built.exit_code == 0
    assemble(settings, shipped_model()).close()


def finer(impression: dict[str, Any], pixels_per_cm: int) -> dict[str, Any]:
    """Return an impression whose minutiae state another resolution."""
    record = bytearray(base64.b64decode(impression["minutiae"]))
    record[41:45] = struct.pack(">HH", pixels_per_cm, pixels_per_cm)
    return impression | {"minutiae": base64.b64encode(record).decode()}


def test_a_resolution_that_no_look_up_reads_is_refused_and_stops_nobody_else(
    office: Office,
) -> None:
    world = office.world
    first = sent(reading(0, FINGER, 0), int(FINGER), ImpressionType.ROLLED)
    body = encounter(0) | {"impressions": [finer(first, 788)]}

    refused = world.force().post("/v1/encounters", body)

    enrolled = enrol(world, DONOR)["person_id"]
    search_id = world.search(0, impressions=a_mark(), search_type="LT/TP")
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/invalid-minutiae")
    assert ranked(world, search_id) == [enrolled]
