"""People who are alike with everybody: ranked without their excess, and never lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from domain.prints.captures import TenprintProbe
from domain.searches.strangers import OwnStrangers
from indexing.codes.batches import GalleryBatch
from indexing.codes.filters import Filter
from indexing.gallery_index import GalleryIndex
from indexing.searching.ranking import tenprint_similarities
from tests.unit.indexing.building import (
    QUANTISATION_TOLERANCE,
    People,
    filled,
    random_vectors,
    unit,
    with_columns,
)

PERSONS, HUBS, K = 600, 12, 10
ALL = Filter(ends_at_leader=False)


def population() -> People:
    """Return people whose fingers all share a direction, the first of them far more of it."""
    rng = np.random.default_rng(31)
    toward = random_vectors(rng, 10)
    share = np.full(PERSONS, 0.4)
    share[:HUBS] = 0.9
    own = random_vectors(rng, PERSONS, 10)
    own = unit(own - np.einsum("nfd,fd->nf", own, toward)[..., None] * toward)
    return People(unit(share[:, None, None] * toward + np.sqrt(1 - share**2)[:, None, None] * own))


PEOPLE = population()


def enrolled() -> GalleryBatch:
    """Return one capture of each person, as their fingers are."""
    batch = PEOPLE.batch(np.random.default_rng(32), np.arange(PERSONS))
    there = batch.captures.presence[..., None]
    return with_columns(batch, vectors=np.where(there, PEOPLE.prints, np.float32(0)))


BATCH = enrolled()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> GalleryIndex:
    return filled(tmp_path_factory.mktemp("index"), BATCH)


@pytest.fixture(scope="module")
def own(index: GalleryIndex) -> OwnStrangers:
    found = index.cohorts.own()
    assert found is not None
    return found


def unseen(seed: int, fingers: int) -> TenprintProbe:
    """Return a capture of somebody like everyone, who is not enrolled."""
    rng = np.random.default_rng(seed)
    toward = unit(PEOPLE.prints[HUBS:].mean(axis=0))
    vectors = unit(0.4 * toward + 0.9 * random_vectors(rng, 10))
    presence = np.arange(10) < fingers
    return TenprintProbe(
        np.where(presence[:, None], vectors, 0).astype(np.float32),
        presence,
        np.full(10, 50, dtype=np.uint8),
    )


def exact(probe: TenprintProbe, own: OwnStrangers) -> npt.NDArray[np.float32]:
    """Return float32 (n,): the similarities of all captures, by the plainest arithmetic."""
    vectors, presence = BATCH.captures.vectors, BATCH.captures.presence & probe.presence
    cosines = np.where(presence, np.einsum("nfd,fd->nf", vectors, probe.vectors), np.nan)
    alike = np.where(presence, np.einsum("nfd,fd->nf", vectors, own.units), np.nan)
    return tenprint_similarities((cosines - own.excess(alike)).astype(np.float32))


def test_people_alike_with_everybody_have_an_excess_and_hardly_anybody_else(
    own: OwnStrangers,
) -> None:
    alike = np.einsum("nfd,fd->nf", BATCH.captures.vectors, own.units)
    excess = own.excess(alike)
    assert np.median(excess[:HUBS][BATCH.captures.presence[:HUBS]]) > 0.1
    assert (excess[HUBS:] > 0).mean() < 0.01


@pytest.mark.parametrize("fingers", [1, 2, 10])
def test_the_list_is_that_of_everybody_compared_without_the_excess(
    index: GalleryIndex, own: OwnStrangers, fingers: int
) -> None:
    for seed in range(8):
        probe = unseen(seed, fingers)
        (hits,) = index.search_tenprints((probe,), k=K, where=ALL, own=own)
        every = exact(probe, own)
        is_tenprint = BATCH.galleries == 0
        best = np.sort(every[is_tenprint & ~np.isnan(every)])[::-1][:K]
        tolerance = QUANTISATION_TOLERANCE * np.sqrt(fingers)
        assert np.allclose(hits.similarities, best, atol=tolerance)
        assert np.allclose(hits.similarities, every[hits.encounter_rows], atol=tolerance)


def test_people_alike_with_everybody_fill_no_list(index: GalleryIndex, own: OwnStrangers) -> None:
    probes = [unseen(seed, 2) for seed in range(20)]
    before = index.search_tenprints(probes, k=K, where=ALL)
    after = index.search_tenprints(probes, k=K, where=ALL, own=own)
    crowded, left = (
        np.mean([(one.person_rows < HUBS).mean() for one in hits]) for hits in (before, after)
    )
    assert crowded > 0.5
    assert left < 0.1


def test_people_alike_with_everybody_are_found_by_their_own_prints(
    index: GalleryIndex, own: OwnStrangers
) -> None:
    rng = np.random.default_rng(33)
    alike = [row for row in range(HUBS) if BATCH.galleries[row] == 0]
    probes = [PEOPLE.tenprint(rng, person, fingers=4) for person in alike]
    hits = index.search_tenprints(probes, k=K, own=own)
    assert [int(one.person_rows[0]) for one in hits] == alike


def test_a_small_gallery_takes_nothing_off(tmp_path: Path) -> None:
    few = PEOPLE.batch(np.random.default_rng(34), np.arange(40))
    assert filled(tmp_path, few).cohorts.own() is None
