"""The restrictions on data: the purposes it may be used for, and how it may be passed on."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class UsePurpose(StrEnum):
    """The purpose for which data is requested, or to which it is limited."""

    CRIMINAL_PROCEEDINGS = "criminal proceedings"
    CRIMINAL_INVESTIGATION = "criminal investigation"
    WORK_WITH_CHILDREN = "work with children"
    EMPLOYMENT = "employment"
    ADMINISTRATIVE = "administrative procedure"
    OWN_REQUEST = "request of the person"
    IMMEDIATE_THREAT = "immediate and serious threat"
    """A threat to public security: the only purpose that no limit on purposes excludes."""
    SUPERVISION = "supervision of the office"
    SECURITY_CHECK = "security check"
    """A security check by an agency, apart from those of the Disclosure and Barring Service."""
    MISCONDUCT = "misconduct proceedings"
    FITNESS = "fitness to practise"


class Transmittable(StrEnum):
    """Whether the source permits data to be told to others. The values are exchanged unchanged."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """The source has not said. Ask the source before disclosing the data."""


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The restrictions of one item, as its source set them."""

    transmittable: Transmittable = Transmittable.YES
    purposes: frozenset[UsePurpose] = frozenset()
    """The only purposes for which the data may be used. Empty: any purpose."""
    retention_end: date | None = None
    """The last day on which the data may be kept or disclosed. None: its source sets no limit."""
    needs_leave: bool = False
    """Whether each further transfer needs the permission of the source (DPA 2018 s 78(4))."""


UNRESTRICTED = Restrictions()
