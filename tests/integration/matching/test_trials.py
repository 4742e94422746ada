from __future__ import annotations

from dataclasses import replace

from data.synthetic.population import Population
from service.cli.training.trials import (
    TenprintSearches,
    TrialGallery,
    tenprint_trials,
    trial_gallery,
)

SEED, TOTAL = 77, 150


def _without_the_right_index(gallery: TrialGallery, row: int) -> TrialGallery:
    captures = gallery.captures
    presence, vectors = captures.presence.copy(), captures.vectors.copy()
    presence[row, 1], vectors[row, 1] = False, 0.0
    changed = replace(captures, presence=presence, vectors=vectors)
    return replace(gallery, captures=changed)


def test_who_has_no_finger_in_common_is_not_proposed() -> None:
    population = Population(SEED)
    gallery = _without_the_right_index(trial_gallery(population, TOTAL), row=0)
    searches = TenprintSearches(
        "one finger",
        probed=gallery.numbers[:1],
        said=population.later_bookings(0, TOTAL),
        candidates=5,
    )

    (trial,) = tenprint_trials(population, gallery, searches).trials

    assert not trial.is_mate_proposed
    assert len(set(trial.candidates.tolist())) == len(trial.candidates)
