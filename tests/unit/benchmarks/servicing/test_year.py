"""Each service of the simulated year is worked to its end by the real use cases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.servicing.applicants import Applicant, Trouble, applicants
from benchmarks.servicing.office import opened_office
from benchmarks.servicing.trial import WHOLE_EVERY, Trial
from benchmarks.servicing.year import SERVICES, arrivals

PERSONS = 60


def test_every_service_is_worked_without_an_error_and_the_trial_agrees(tmp_path: Path) -> None:
    with opened_office(tmp_path, persons=PERSONS, seed=7) as office:
        people = applicants(office.population, 0, PERSONS, np.random.default_rng(1))
        known = [one for one in people if one is not None and one.has_record]
        plain = [one for one in known if one.trouble is Trouble.SLIPS]
        trial = Trial()
        for one in known[:8]:
            trial.take(office, one)
        for service, some in zip(SERVICES, _thirds(plain), strict=True):
            for one in some:
                service.work(office, one)

        assert office.counts["errors"] == office.counts["wrong_no_trace"] == 0
        assert office.outcomes["record-deletion: deleted"] > 0
        assert office.outcomes["subject-access: information"] > 0
        assert office.last_issued is not None
    assert trial.applications == 8
    assert trial.worked_whole == -(-8 // WHOLE_EVERY)
    assert trial.disagreeing == trial.wrong.total() == 0


def _thirds(people: list[Applicant]) -> tuple[list[Applicant], ...]:
    return people[:2], people[2:4], people[4:12]


def test_a_year_at_a_scale_has_each_service_in_its_share() -> None:
    coming = Counter(one.name for one in arrivals(0.001, np.random.default_rng(1)))

    assert coming == {one.name: round(one.a_year * 0.001) for one in SERVICES}
