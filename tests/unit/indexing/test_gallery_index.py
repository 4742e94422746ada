"""The gallery as the service sees it: enrolled captures are found, erased ones never again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.errors import (
    GalleryError,
    IndexDamagedError,
    InvalidInputError,
)
from indexing.codes.filters import EVERYTHING
from indexing.files.verification import ContentTally
from indexing.gallery_index import GalleryIndex
from indexing.manifests import MANIFEST_NAME, emptied, from_json, to_json
from tests.formats import FORMAT
from tests.unit.indexing.building import (
    KEY,
    OF_ALL,
    People,
    filled,
    opened,
    people,
    with_columns,
)

OTHER_KEY = b"another key for these tests"
RNG = np.random.default_rng(17)
PEOPLE = people(RNG, 400)
BATCH = PEOPLE.batch(RNG, np.concatenate([np.arange(400), np.arange(200)]))
MARKS = PEOPLE.marks(RNG, np.arange(100), first_row=10_000)


def test_an_enrolment_is_found_by_the_next_search(tmp_path: Path) -> None:
    index = opened(tmp_path)
    for person in range(5):
        index.add(BATCH.take(slice(person, person + 1)), cursor=person + 1)
        hits = index.search_tenprint(PEOPLE.tenprint(RNG, person), k=1, where=EVERYTHING)
        assert hits.person_rows.tolist() == [person]
    assert (len(index), index.cursor) == (5, 5)


@pytest.mark.parametrize("enrolled", [30, 200, 600])
def test_an_erased_encounter_is_never_found_again(tmp_path: Path, enrolled: int) -> None:
    index = filled(tmp_path, BATCH.take(slice(enrolled)))
    gone = np.arange(0, enrolled, 3)
    assert index.erase(gone, cursor=100) == len(gone)
    for _ in range(2):
        for person in range(0, 30, 3):
            hits = index.search_tenprint(PEOPLE.tenprint(RNG, person), k=20, where=EVERYTHING)
            assert not np.isin(hits.encounter_rows, gone).any()
        assert len(index) == enrolled - len(gone)
        index.compact()
    assert index.erase(gone, cursor=101) == 0


def test_an_erasure_outlives_a_restart(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    index.erase(np.array([7, 599]), cursor=100)
    index.close()
    again = opened(tmp_path)
    assert len(again) == 598
    assert not np.isin([7, 599], again.snapshot.held_rows()).any()


def test_other_encounters_of_a_person_are_no_second_candidate(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    hits = index.search_tenprint(PEOPLE.tenprint(RNG, 3), k=50, where=EVERYTHING)
    assert len(np.unique(hits.person_rows)) == 50
    index.erase(hits.encounter_rows[:1], cursor=100)
    after = index.search_tenprint(PEOPLE.tenprint(RNG, 3), k=1, where=EVERYTHING)
    assert after.person_rows[0] == 3
    assert after.encounter_rows[0] != hits.encounter_rows[0]


def test_the_digest_tells_content_and_nothing_else(tmp_path: Path) -> None:
    index = filled(tmp_path / "a", BATCH, MARKS)
    index.erase(np.array([5, 10_003]), cursor=100)
    digest = index.digest
    index.compact()
    assert index.digest == digest
    index.close()
    assert opened(tmp_path / "a").digest == digest
    other = opened(tmp_path / "b")
    other.add(MARKS.take(MARKS.encounter_rows != 10_003), cursor=1)
    other.add(BATCH.take(BATCH.encounter_rows != 5), cursor=2)
    assert other.digest == digest
    other.erase(np.array([6]), cursor=3)
    assert other.digest != digest


def test_the_digest_is_what_the_database_adds_up_to(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH, MARKS)
    tally = ContentTally(template_format=FORMAT.index, key=KEY)
    tally.add(MARKS)
    for start in (300, 0):
        tally.add(BATCH.take(slice(start, start + 300)))
    # The feed tells of captures again whose templates were made again.
    tally.add(BATCH.take(slice(40)))
    assert tally.digest == index.digest == index.verify().digest


def test_hits_carry_the_digest_and_generation_they_were_found_in(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    before = index.search_tenprint(PEOPLE.tenprint(RNG, 3), k=1)
    assert (before.digest, before.generation) == (index.digest, index.generation)
    index.erase(np.array([1]), cursor=100)
    assert index.digest != before.digest
    assert index.generation > before.generation


def test_adding_again_changes_nothing(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH, MARKS)
    digest = index.digest
    index.add(BATCH, cursor=index.cursor)
    index.add(MARKS, cursor=index.cursor)
    index.compact()
    index.add(BATCH.take(slice(10)), cursor=index.cursor)
    assert (index.digest, len(index)) == (digest, 600)


def test_changes_come_in_order(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    with pytest.raises(GalleryError):
        index.add(BATCH, cursor=index.cursor - 1)
    with pytest.raises(GalleryError):
        index.erase(np.array([1]), cursor=index.cursor - 1)


def test_a_restart_knows_what_to_ask_the_database_for(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.add(BATCH.take(slice(0, 60)), cursor=3)
    index.add(BATCH.take(slice(60, 70)), cursor=4)
    index._store.generations.close()
    again = opened(tmp_path)
    assert (again.cursor, len(again)) == (3, 60)
    again.add(BATCH.take(slice(60, 70)), cursor=4)
    again.close()
    assert opened(tmp_path).cursor == 4


def test_an_empty_change_moves_the_cursor_alone(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    generation = index.generation
    index.erase(np.zeros(0, dtype=np.int64), cursor=500)
    index.add(BATCH.take(slice(0)), cursor=501)
    assert (index.cursor, index.generation, len(index)) == (501, generation, 600)
    index.close()
    assert opened(tmp_path).cursor == 501


def test_an_empty_gallery_has_no_hits(tmp_path: Path) -> None:
    index = opened(tmp_path)
    assert len(index.search_tenprint(PEOPLE.tenprint(RNG, 0), k=5)) == 0
    assert len(index.search_mark(PEOPLE.mark(RNG, 0), k=5)) == 0
    hits = index.search_mark_file(PEOPLE.mark(RNG, 0), k=5)
    assert hits.person_rows.shape == hits.encounter_rows.shape == hits.similarities.shape == (0,)
    assert index.search_tenprints((), k=5) == ()
    assert index.statistics().encounters == 0


def test_statistics_count_persons_encounters_fingers_and_marks(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH, MARKS)
    index.erase(np.array([0, 400, 1, 10_000]), cursor=100)
    statistics = index.statistics()
    kept = ~np.isin(BATCH.encounter_rows, [0, 400, 1])
    assert statistics.persons == 399
    assert statistics.encounters == 597
    assert statistics.marks == 99
    assert statistics.fingers == int(BATCH.captures.presence[kept].sum())
    on_disk = sum(p.stat().st_size for p in tmp_path.rglob("*.npy"))
    assert statistics.bytes_on_disk == on_disk


def test_many_probes_at_once_get_the_answers_of_one_at_a_time(tmp_path: Path) -> None:
    filled(tmp_path, BATCH, MARKS).close()
    index = opened(tmp_path, threads=3)
    index.warm(marks=True)
    probes = [PEOPLE.tenprint(RNG, person, fingers=1 + person % 10) for person in range(11)]
    for probe, hits in zip(probes, index.search_tenprints(probes, k=9), strict=True):
        alone = index.search_tenprint(probe, k=9)
        assert np.array_equal(hits.person_rows, alone.person_rows)
        assert np.array_equal(hits.similarities, alone.similarities)
    marks = [PEOPLE.mark(RNG, p, positions=(4,) if p % 2 else ()) for p in range(7)]
    for mark, hits in zip(marks, index.search_marks(marks, k=9), strict=True):
        alone = index.search_mark(mark, k=9)
        assert np.array_equal(hits.encounter_rows, alone.encounter_rows)
        assert np.array_equal(hits.similarities, alone.similarities)


def test_compaction_leaves_one_file_for_many_and_nothing_of_the_erased(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH, MARKS)
    before = index.statistics()
    needle = index.snapshot.shelves["tenprints"].segments[0].source.columns.vectors[5].tobytes()
    row = index.snapshot.shelves["tenprints"].segments[0].source.columns.encounter_rows[5]
    index.erase(np.array([row]), cursor=100)
    assert any(needle in path.read_bytes() for path in tmp_path.rglob("*.npy"))
    index.compact()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(needle in path.read_bytes() for path in files)
    assert index.statistics().segments < before.segments
    index.compact()
    assert index.statistics().segments == 2


def test_segments_stay_below_their_limit(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    index = opened(tmp_path)
    index.add(people(rng, 1600).batch(rng, np.arange(1600)), cursor=1)
    sizes = [len(s.source) for s in index.snapshot.shelves["tenprints"].segments]
    assert sizes == [800, 800]


def test_maintenance_merges_small_segments_and_then_rests(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    digest, before = index.digest, index.statistics().segments
    assert index.maintain()
    assert index.statistics().segments < before
    while index.maintain():
        pass
    assert index.digest == digest
    index.verify()


def test_an_index_made_anew_under_another_key_finds_the_same(tmp_path: Path) -> None:
    index, other = filled(tmp_path / "a", BATCH), filled(tmp_path / "b", BATCH, key=OTHER_KEY)
    probe = PEOPLE.tenprint(RNG, 12)
    one, two = (each.search_tenprint(probe, k=3, where=EVERYTHING) for each in (index, other))
    assert one.person_rows[0] == two.person_rows[0]
    assert one.similarities == pytest.approx(two.similarities, abs=0.02)
    assert index.digest != other.digest
    other.close()
    with pytest.raises(GalleryError, match="another key"):
        opened(tmp_path / "b")
    assert len(opened(tmp_path / "b", OTHER_KEY)) == len(BATCH)


def test_no_stored_vector_is_a_template_or_agrees_with_one_under_another_key(
    tmp_path: Path,
) -> None:
    def stored(key: bytes) -> np.ndarray:
        index = filled(tmp_path / key.hex()[:8], BATCH, key=key)
        index.compact()
        columns = index.snapshot.shelves["tenprints"].segments[0].source.columns
        return columns.vectors[:, 0].astype(np.float32)

    first, second = stored(KEY), stored(OTHER_KEY)
    clear = BATCH.captures.vectors[:, 0]
    agreement = np.einsum("nd,nd->n", first, clear) / np.linalg.norm(first, axis=1).clip(1)
    assert np.abs(agreement).mean() < 0.2
    moved = np.einsum("nd,nd->n", first, second) / (np.linalg.norm(first, axis=1) ** 2).clip(1)
    assert np.abs(moved).mean() < 0.2


def test_a_number_below_one_makes_no_sense(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError):
        GalleryIndex.open(tmp_path, template_format=FORMAT.index, key=None, threads=0)
    index = opened(tmp_path)
    with pytest.raises(InvalidInputError):
        index.search_tenprint(PEOPLE.tenprint(RNG, 0), k=0)


def test_one_process_owns_an_index(tmp_path: Path) -> None:
    index = opened(tmp_path)
    with pytest.raises(GalleryError, match="Another process"):
        opened(tmp_path)
    index.close()
    opened(tmp_path).close()


def test_creating_anew_replaces_even_a_damaged_index(tmp_path: Path) -> None:
    filled(tmp_path, BATCH).close()
    (tmp_path / "manifest.json").write_bytes(b"{}")
    with pytest.raises(IndexDamagedError):
        opened(tmp_path)
    index = GalleryIndex.open(emptied(tmp_path), template_format=FORMAT.index, key=KEY, threads=1)
    assert (len(index), index.cursor) == (0, 0)
    assert not list(tmp_path.rglob("*.npy"))


def test_a_segment_of_a_version_that_kept_no_lengths_is_searched_alike(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    probe = PEOPLE.tenprint(RNG, 7)
    (before,) = index.search_tenprints((probe,), k=20)
    index.close()
    manifest = from_json((tmp_path / MANIFEST_NAME).read_bytes())
    segments = tuple(
        replace(one, files=tuple(f for f in one.files if not f.name.endswith("/lengths.npy")))
        for one in manifest.segments
    )
    for file in tmp_path.rglob("lengths.npy"):
        file.unlink()
    (tmp_path / MANIFEST_NAME).write_bytes(to_json(replace(manifest, segments=segments)))

    again = opened(tmp_path)
    (after,) = again.search_tenprints((probe,), k=20)
    assert np.array_equal(after.person_rows, before.person_rows)
    assert after.similarities.tobytes() == before.similarities.tobytes()
    again.erase(np.array([0]), cursor=again.cursor + 1)
    again.compact()
    assert len(list(tmp_path.rglob("lengths.npy"))) == len(list(tmp_path.rglob("vectors.npy")))
    again.verify()


def test_what_a_killed_process_left_behind_is_removed(tmp_path: Path) -> None:
    index = filled(tmp_path, BATCH)
    index.close()
    (tmp_path / "segments" / "tenprints-00009999").mkdir()
    (tmp_path / "segments" / "tenprints-00009999" / "vectors.npy").write_bytes(b"half")
    (tmp_path / "erased" / "erased-00009998.npy").write_bytes(b"half")
    again = opened(tmp_path)
    assert not (tmp_path / "segments" / "tenprints-00009999").exists()
    assert not list((tmp_path / "erased").iterdir())
    again.verify()


def test_a_codec_is_trained_anew_when_the_gallery_has_outgrown_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    many = people(rng, 1700).batch(rng, np.arange(1700))
    index = filled(tmp_path, many.take(slice(350)), limits=OF_ALL)
    index.compact()
    first = index._store.generations.codec
    index.add(many.take(slice(350, 1700)), cursor=100)
    index.compact()
    second = index._store.generations.codec
    assert first is not None
    assert second is not None
    assert (first.entry.trained_on, second.entry.trained_on) == (350, 1700)
    codecs = {s.entry.codec for s in index.snapshot.shelves["tenprints"].segments}
    assert codecs == {second.entry.name}
    assert len(list((tmp_path / "codecs").iterdir())) == 1
    index.verify()


@pytest.mark.parametrize("is_other_law", [False, True])
def test_a_codec_is_trained_anew_when_templates_of_another_law_come(
    tmp_path: Path, *, is_other_law: bool
) -> None:
    rng = np.random.default_rng(6)
    home, come = people(rng, 900), people(rng, 600).prints
    # Turned, they lie in directions that the first codec drops.
    come = np.roll(come, come.shape[-1] // 2, axis=-1) if is_other_law else come
    everybody = People(np.concatenate([home.prints, come]))
    batch = everybody.batch(rng, np.arange(1500))
    index = filled(tmp_path, batch.take(slice(900)), limits=OF_ALL)
    index.compact()
    first = index._store.generations.codec
    index.add(batch.take(slice(900, 1500)), cursor=100)
    index.compact()
    second = index._store.generations.codec
    assert first is not None
    assert second is not None
    assert (first.entry.name != second.entry.name) is is_other_law
    assert second.entry.trained_on == (1500 if is_other_law else 900)
    index.close()
    again = opened(tmp_path)._store.generations.codec
    assert again is not None
    assert again.codec.residual == second.codec.residual is not None


def test_filters_see_what_was_enrolled(tmp_path: Path) -> None:
    index = filled(tmp_path, with_columns(BATCH, galleries=np.full(600, 2, dtype=np.uint8)))
    probe = PEOPLE.tenprint(RNG, 9)
    assert len(index.search_tenprint(probe, k=5)) == 0
    assert index.search_tenprint(probe, k=5, where=EVERYTHING).person_rows[0] == 9


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    index = filled(tmp_path / "index", BATCH)
    index.erase(np.array([1]), cursor=100)
    arrays = list(tmp_path.rglob("*.npy"))
    assert arrays
    assert all(path.stat().st_mode & 0o077 == 0 for path in [tmp_path / "index", *arrays])


def test_large_segments_are_merged_as_far_as_the_limit_allows(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    many = people(rng, 2000).batch(rng, np.arange(2000))
    index = opened(tmp_path)
    for step in range(5):
        index.add(many.take(slice(400 * step, 400 * step + 400)), cursor=step)
    assert index.maintain()
    sizes = sorted(len(s.source) for s in index.snapshot.shelves["tenprints"].segments)
    assert sizes == [400, 400, 1200]
    assert not index.maintain()
