"""The arrivals of a year, as a table: a kind of service is a row.

Figures: ACRO's of 2017-18, of 2019-20 for deletions and of 2014-15 for agencies, as its annual
reports state them; `BY_HAND` where none was to be read. A further kind adds a row with the
function that works one of its requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.servicing import desk
from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.certificates import work_certificate
from benchmarks.servicing.office import Office

BY_HAND = 1_000
"""A year, where no figure was to be read."""


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of service: how many come in a year, and how one is worked."""

    name: str
    a_year: int
    work: Callable[[Office, Applicant], str]


SERVICES: tuple[Service, ...] = (
    Service("police-certificate", 146_560, work_certificate),
    Service("subject-access", 30_425, desk.work_own_data),
    Service("record-deletion", 2_242, desk.work_deletion),
    Service("rectification", BY_HAND, desk.work_correction),
    Service("agency-names-enquiry", 38_287, desk.work_agency_enquiry),
    Service("record-creation", BY_HAND, desk.work_creation),
    Service("conviction-information", 19_108, desk.work_state),
    Service("names-enquiry-answer", BY_HAND, desk.work_force),
    Service("conversion-request", BY_HAND, desk.work_conversion),
    Service("freedom-of-information", BY_HAND, desk.work_information),
)
"""`retention-review` is missing: the office asks that itself (`retention plan`)."""


def arrivals(scale: float, rng: np.random.Generator) -> list[Service]:
    """Return the requests of a year at a scale, in the order of their arrival."""
    all_of_them = [one for one in SERVICES for _ in range(max(1, round(one.a_year * scale)))]
    return [all_of_them[at] for at in rng.permutation(len(all_of_them))]
