"""The restrictions of data: the purposes it may serve, and how it may travel on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class UsePurpose(StrEnum):
    """The use that data is asked for, or limited to."""

    CRIMINAL_PROCEEDINGS = "criminal proceedings"
    CRIMINAL_INVESTIGATION = "criminal investigation"
    WORK_WITH_CHILDREN = "work with children"
    EMPLOYMENT = "employment"
    ADMINISTRATIVE = "administrative procedure"
    OWN_REQUEST = "request of the person"
    IMMEDIATE_THREAT = "immediate and serious threat"
    """To public security; the one purpose that a limit of purposes does not exclude."""
    SUPERVISION = "supervision of the office"
    SECURITY_CHECK = "security check"
    """A security check of an agency, outside the checks of the Disclosure and Barring Service."""
    MISCONDUCT = "misconduct proceedings"
    FITNESS = "fitness to practise"


class Transmittable(StrEnum):
    """Whether the source lets data be told to others; exchanged as it stands."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """The source has not said: ask it before the data leaves."""


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The restrictions of one item, as its source set them."""

    transmittable: Transmittable = Transmittable.YES
    purposes: frozenset[UsePurpose] = frozenset()
    """The only purposes that it may serve; empty: any."""
    retention_end: date | None = None
    """The last day on which it may be kept or told; None: not limited by its source."""
    needs_leave: bool = False
    """Whether each further transfer needs the leave of its source (DPA 2018 s 78(4))."""


UNRESTRICTED = Restrictions()
