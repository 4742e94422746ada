"""The oracle itself, against the plainest arithmetic."""

import numpy as np

from domain.prints.captures import MarkProbe
from indexing.codes.filters import EVERYTHING
from tests.exact_search import exact_mark_file_hits, exact_mark_hits, exact_tenprint_hits
from tests.unit.indexing.building import people

RNG = np.random.default_rng(29)
PEOPLE = people(RNG, 25)
BATCH = PEOPLE.batch(RNG, np.repeat(np.arange(25), 2))
MARKS = PEOPLE.marks(RNG, np.arange(25), first_row=0)


def test_tenprint_similarities_are_sums_over_roots() -> None:
    probe = PEOPLE.tenprint(RNG, 4, fingers=6)
    hits = exact_tenprint_hits(BATCH, probe, k=25, where=EVERYTHING)
    for person, row, similarity in zip(
        hits.person_rows, hits.encounter_rows, hits.similarities, strict=True
    ):
        pairs = [
            float(BATCH.captures.vectors[row, f] @ probe.vectors[f])
            for f in range(10)
            if BATCH.captures.presence[row, f] and probe.presence[f]
        ]
        assert abs(sum(pairs) / np.sqrt(len(pairs)) - similarity) < 1e-5
        assert BATCH.person_rows[row] == person
    assert hits.person_rows[0] == 4
    assert len(hits) == 25


def test_marks_are_ranked_by_the_finger_that_agrees_most() -> None:
    mark = PEOPLE.mark(RNG, 6, finger=8)
    hits = exact_mark_hits(BATCH, mark, k=1, where=EVERYTHING)
    assert hits.person_rows.tolist() == [6]
    agreeing = float(BATCH.captures.vectors[hits.encounter_rows[0], 8] @ mark.vector)
    assert abs(agreeing - hits.similarities[0]) < 1e-6
    elsewhere = exact_mark_hits(BATCH, MarkProbe(mark.vector, (1,)), k=1, where=EVERYTHING)
    assert elsewhere.similarities[0] < hits.similarities[0]


def test_marks_of_known_finger_meet_that_finger_alone() -> None:
    probe = PEOPLE.tenprint(RNG, 10)
    hits = exact_mark_file_hits(MARKS, probe, k=25, where=EVERYTHING)
    for row, similarity in zip(hits.encounter_rows, hits.similarities, strict=True):
        possible = np.flatnonzero(MARKS.captures.presence[row] & probe.presence)
        cosines = probe.vectors[possible] @ MARKS.captures.vectors[row, 0]
        assert abs(cosines.max() - similarity) < 1e-6
    assert sorted({int(n) for n in MARKS.captures.presence.sum(axis=1)}) == [1, 10]
    assert hits.person_rows[0] == 10
