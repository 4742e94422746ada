"""The arrivals of a year, as a table: a kind of service is a row.

Figures: ACRO's of 2017-18, and of 2019-20 for deletions, as its annual reports state them. A
further kind adds a row with the function that works one of its requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.certificates import work_certificate
from benchmarks.servicing.office import Office
from benchmarks.servicing.own_data import work_deletion, work_subject_access


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of service: how many come in a year, and how one is worked."""

    name: str
    a_year: int
    work: Callable[[Office, Applicant], str]


SERVICES: tuple[Service, ...] = (
    Service("police certificates", 146_560, work_certificate),
    Service("subject access", 30_425, work_subject_access),
    Service("deletions", 2_242, work_deletion),
)


def arrivals(scale: float, rng: np.random.Generator) -> list[Service]:
    """Return the requests of a year at a scale, in the order of their arrival."""
    all_of_them = [one for one in SERVICES for _ in range(max(1, round(one.a_year * scale)))]
    return [all_of_them[at] for at in rng.permutation(len(all_of_them))]
