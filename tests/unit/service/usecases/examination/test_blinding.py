"""The order and the labels that examiners see reveal neither rank nor number."""

import uuid

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import CandidateId
from service.usecases.examination.claiming import SEED_BITS, new_seed, shuffled

SEEDS = st.integers(min_value=0, max_value=2**SEED_BITS - 1)
CANDIDATES = st.lists(st.uuids().map(lambda u: CandidateId(u.hex)), unique=True, max_size=20)


@given(CANDIDATES, SEEDS)
def test_every_candidate_is_shown_once_under_its_own_label(candidates, seed):
    order = shuffled(candidates, seed)

    labels = [label for label, _ in order]
    assert sorted(candidate for _, candidate in order) == sorted(candidates)
    assert len(set(labels)) == len(labels)


@given(CANDIDATES, SEEDS, st.randoms())
def test_the_order_depends_on_the_seed_and_never_on_the_order_of_rank(candidates, seed, shuffler):
    by_another_rank = list(candidates)
    shuffler.shuffle(by_another_rank)

    assert shuffled(candidates, seed) == shuffled(by_another_rank, seed)


def test_display_order_over_many_cases_is_uncorrelated_with_rank():
    rng = np.random.default_rng(20261124)
    ranks, places = [], []
    for _ in range(2000):
        ids = [CandidateId(uuid.UUID(bytes=rng.bytes(16)).hex) for _ in range(5)]
        seed = new_seed(uuid.UUID(bytes=rng.bytes(16)).hex)
        rank_of = {candidate: rank for rank, candidate in enumerate(ids)}
        for place, (_, candidate) in enumerate(shuffled(ids, seed)):
            ranks.append(rank_of[candidate])
            places.append(place)

    correlation = np.corrcoef(ranks, places)[0, 1]

    # 10,000 pairs: the standard error is about .01.
    assert abs(correlation) < 0.04


def test_two_examiners_see_different_labels():
    ids = [CandidateId(f"{n:032x}") for n in range(5)]

    first, second = shuffled(ids, 1), shuffled(ids, 2)

    assert {label for label, _ in first}.isdisjoint({label for label, _ in second})


@given(st.uuids())
def test_a_seed_is_a_safe_integer(unique):
    assert 0 <= new_seed(unique.hex) < 2**SEED_BITS
