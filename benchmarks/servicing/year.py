"""The arrivals of a year, as a table: a kind of service is a row.

Figures: ACRO's of 2017-18 (child protection: about 11,700), of 2019-20 for deletions and of
2014-15 for agencies, as its annual reports state them; `BY_HAND` where none was to be read. A
further kind adds a row with the function that works one of its requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.servicing import certificates, desk
from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.office import Office
from benchmarks.servicing.staff import Asked
from domain.ids import RequestId

BY_HAND = 1_000
"""A year, where no figure was to be read."""


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of service: how many come in a year, what is asked, and the work up to the end."""

    a_year: int
    asked: Asked
    finish: Callable[[Office, Applicant, RequestId], str]

    @property
    def name(self) -> str:
        """The kind of its requests."""
        return self.asked.kind


SERVICES: tuple[Service, ...] = (
    Service(146_560, certificates.ASKED, certificates.finish_certificate),
    Service(11_700, certificates.FOR_CHILDREN, certificates.finish_for_children),
    Service(30_425, desk.OWN_DATA, desk.finish_own_data),
    Service(2_242, desk.DELETION, desk.finish_deletion),
    Service(BY_HAND, desk.CORRECTION, desk.finish_plain),
    Service(38_287, desk.AGENCY_ENQUIRY, desk.finish_plain),
    Service(BY_HAND, desk.CREATION, desk.finish_creation),
    Service(19_108, desk.STATE, desk.finish_plain),
    Service(BY_HAND, desk.FORCE, desk.finish_plain),
    Service(BY_HAND, desk.CONVERSION, desk.finish_plain),
    Service(BY_HAND, desk.INFORMATION, desk.finish_information),
)
"""`retention-review` is missing: the office asks that itself (`retention plan`)."""


def arrivals(scale: float, rng: np.random.Generator) -> list[Service]:
    """Return the requests of a year at a scale, in the order of their arrival."""
    all_of_them = [one for one in SERVICES for _ in range(max(1, round(one.a_year * scale)))]
    return [all_of_them[at] for at in rng.permutation(len(all_of_them))]
