"""Writing a population and reading it back: the same people, and all damage is detected."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.synthetic.files import (
    MANIFEST_NAME,
    FileKind,
    Manifest,
    read_chunks,
    read_manifest,
    read_truth,
    verified_path,
    write_manifest,
)
from data.synthetic.population import Population
from data.synthetic.writing import write_population
from domain.errors import InvalidInputError
from domain.people.people import Details, PartialDate, PersonName, Record, Sex
from domain.plain_values import plain, read_plain

POPULATION = Population(31)
PERSONS, CHUNK = 150, 60


def _written(directory: Path) -> Manifest:
    return write_population(POPULATION, directory, persons=PERSONS, chunk_persons=CHUNK)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("population")
    _written(made)
    return made


def test_files_hold_the_population(directory: Path) -> None:
    people = [person for chunk in read_chunks(directory) for person in chunk.people]
    originals = list(POPULATION.people(0, PERSONS))

    assert [person.person_id for person in people] == [made.person_id for made in originals]
    assert [person.record for person in people] == [made.record for made in originals]
    for person, made in zip(people, originals, strict=True):
        pairs = zip(person.encounters, made.encounters, strict=True)
        for stored, original in pairs:
            assert stored.encounter_id == original.encounter.encounter_id
            assert stored.captured_at == original.encounter.captured_at
            assert stored.said == original.booking.said
            assert stored.force == original.encounter.force


def test_arrays_are_those_of_the_encounters(directory: Path) -> None:
    expected = POPULATION.enrolled_templates(0, PERSONS)
    chunks = list(read_chunks(directory))

    templates = np.concatenate([chunk.prints.vectors for chunk in chunks])
    presence = np.concatenate([chunk.prints.presence for chunk in chunks])
    qualities = np.concatenate([chunk.prints.qualities for chunk in chunks])

    assert abs(templates - expected.prints.vectors).max() < 2e-3
    assert abs(np.linalg.norm(templates[presence], axis=1) - 1.0).max() < 1e-6
    assert (presence == expected.prints.presence).all()
    assert (qualities == expected.prints.qualities).all()
    assert (chunks[0].prints.impression_codes == 0).all()
    assert [e.row for p in chunks[1].people for e in p.encounters] == list(
        range(len(chunks[1].prints.vectors))
    )


def test_same_people_give_the_same_bytes(directory: Path, tmp_path: Path) -> None:
    again = _written(tmp_path)

    assert again == read_manifest(directory)


def test_reading_can_go_on_where_it_stopped(directory: Path) -> None:
    rest = list(read_chunks(directory, first_chunk=2))

    assert [chunk.index for chunk in rest] == [2]
    assert len(rest[0].people) == PERSONS - 2 * CHUNK


def test_truth_is_apart_from_the_people(directory: Path) -> None:
    truth = list(read_truth(directory))

    assert [line["number"] for line in truth] == list(range(PERSONS))
    assert {e["claim"] for line in truth for e in line["encounters"]} <= {
        "honest",
        "borrowed",
        "invented",
    }
    assert read_plain(Details, truth[3]["true_details"]) == POPULATION.true_details(3, 4)[0]


def test_progress_is_reported_for_everybody(tmp_path: Path) -> None:
    written: list[int] = []

    write_population(
        POPULATION, tmp_path, persons=25, chunk_persons=10, on_progress=written.append
    )

    assert written == [10, 10, 5]


@pytest.mark.parametrize("kind", list(FileKind))
def test_flipped_byte_is_found_and_its_file_named(tmp_path: Path, kind: FileKind) -> None:
    entry = _written(tmp_path).entry(1, kind)
    path = tmp_path / entry.name
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))

    with pytest.raises(InvalidInputError, match=entry.name):
        list(read_truth(tmp_path) if kind is FileKind.TRUTH else read_chunks(tmp_path))


def test_missing_file_is_named(tmp_path: Path) -> None:
    entry = _written(tmp_path).entry(0, FileKind.PEOPLE)
    (tmp_path / entry.name).unlink()

    with pytest.raises(InvalidInputError, match=entry.name):
        list(read_chunks(tmp_path))


def test_directory_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no population manifest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        '{"format": "identlink-synthetic-files/2"}',
        '{"format": "other/9", "files": []}',
    ],
)
def test_damaged_or_foreign_manifest_is_refused(tmp_path: Path, body: str) -> None:
    (tmp_path / MANIFEST_NAME).write_text(body)

    with pytest.raises(InvalidInputError):
        read_manifest(tmp_path)


def test_manifest_cannot_point_outside_the_directory(directory: Path, tmp_path: Path) -> None:
    value = json.loads((directory / MANIFEST_NAME).read_text())
    value["files"][0]["name"] = "../../etc/passwd"
    (tmp_path / MANIFEST_NAME).write_text(json.dumps(value))
    manifest = read_manifest(tmp_path)

    with pytest.raises(InvalidInputError, match="passwd is missing"):
        verified_path(tmp_path, manifest.files[0])


def test_manifest_lacking_a_chunk_is_refused(directory: Path) -> None:
    with pytest.raises(InvalidInputError, match="does not list"):
        read_manifest(directory).entry(99, FileKind.PEOPLE)


def test_arrays_of_another_chunk_are_refused(tmp_path: Path) -> None:
    manifest = _written(tmp_path)
    foreign = replace(manifest.entry(2, FileKind.TEMPLATES), chunk=0)
    own = manifest.entry(0, FileKind.TEMPLATES)
    files = tuple(foreign if entry == own else entry for entry in manifest.files)
    write_manifest(tmp_path, replace(manifest, files=files))

    with pytest.raises(InvalidInputError, match="do not match"):
        list(read_chunks(tmp_path))


@pytest.mark.parametrize(("persons", "chunk"), [(0, 10), (-5, 10), (10, 0)])
def test_impossible_sizes_are_refused(tmp_path: Path, persons: int, chunk: int) -> None:
    with pytest.raises(InvalidInputError):
        write_population(POPULATION, tmp_path, persons=persons, chunk_persons=chunk)


def test_directory_with_a_population_is_left_alone(tmp_path: Path) -> None:
    _written(tmp_path)

    with pytest.raises(InvalidInputError, match="already"):
        _written(tmp_path)


def test_details_survive_the_round_trip() -> None:
    details = Details(
        names=(PersonName("Ann", "Null", ""), PersonName(surname="O'Brien")),
        dates_of_birth=(PartialDate(1980, None, None), PartialDate(None, 2, 29)),
        sex=Sex.FEMALE,
        pnc_ids=("1X23/1234567A",),
    )

    assert read_plain(Details, json.loads(json.dumps(plain(details)))) == details
    assert read_plain(Details, {}) == Details()


def test_records_survive_the_round_trip() -> None:
    for record in POPULATION.records(0, 80):
        if record is not None:
            assert read_plain(Record, json.loads(json.dumps(plain(record)))) == record
