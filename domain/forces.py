"""The forces and agencies that own criminal records: versioned data with validity dates.

The codes identify the owner of a criminal record in the public code tables of
ministryofjustice/bichard7-next-data. A body created by a law is valid from the day stated in the
law. All others are valid from the first day of the table.
"""

from dataclasses import dataclass
from datetime import date

from domain.errors import UnknownForceError
from domain.ids import ForceCode

NO_FORCE = ForceCode("00")
"""The code of no force, under which staff prints and control items are stored, never links."""

_BEGINNING = date(1974, 4, 1)
"""Local Government Act 1972: since then the force areas are broadly as they are today."""


@dataclass(frozen=True, slots=True)
class Force:
    """One owner of records. `valid_until` is the first day on which it is not valid."""

    code: ForceCode
    name: str
    valid_from: date = _BEGINNING
    valid_until: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the force exists on this day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


def _force(code: str, name: str, since: date = _BEGINNING) -> Force:
    return Force(ForceCode(code), name, since)


FORCES: tuple[Force, ...] = (
    _force("01", "Metropolitan"),
    _force("03", "Cumbria"),
    _force("04", "Lancashire"),
    _force("05", "Merseyside"),
    _force("06", "Greater Manchester"),
    _force("07", "Cheshire"),
    _force("10", "Northumbria"),
    _force("11", "Durham"),
    _force("12", "North Yorkshire"),
    _force("13", "West Yorkshire"),
    _force("14", "South Yorkshire"),
    _force("16", "Humberside"),
    _force("17", "Cleveland"),
    _force("20", "West Midlands"),
    _force("21", "Staffordshire"),
    _force("22", "West Mercia"),
    _force("23", "Warwickshire"),
    _force("24", "MOD"),
    _force("30", "Derbyshire"),
    _force("31", "Nottinghamshire"),
    _force("32", "Lincolnshire"),
    _force("33", "Leicestershire"),
    _force("34", "Northamptonshire"),
    _force("35", "Cambridgeshire"),
    _force("36", "Norfolk"),
    _force("37", "Suffolk"),
    _force("40", "Bedfordshire"),
    _force("41", "Hertfordshire"),
    _force("42", "Essex"),
    _force("43", "Thames Valley"),
    _force("44", "Hampshire"),
    _force("45", "Surrey"),
    _force("46", "Kent"),
    _force("47", "Sussex"),
    _force("48", "City of London"),
    _force("50", "Devon and Cornwall"),
    _force("52", "Avon and Somerset"),
    _force("53", "Gloucestershire"),
    _force("54", "Wiltshire"),
    _force("55", "Dorset"),
    _force("60", "North Wales"),
    _force("61", "Gwent"),
    _force("62", "South Wales"),
    _force("63", "Dyfed-Powys"),
    # Commissioners for Revenue and Customs Act 2005, in force on 18 April 2005.
    _force("88", "HMRC", date(2005, 4, 18)),
    _force("89", "ACRO"),
    # Crime and Courts Act 2013: the agency began work on 7 October 2013.
    _force("91", "NCA", date(2013, 10, 7)),
    _force("93", "British Transport"),
    # Police (Northern Ireland) Act 2000: the service was named on 4 November 2001.
    _force("98", "PSNI", date(2001, 11, 4)),
    _force("99", "Back record conversion"),
)
"""Every known owner, by code."""

_BY_CODE: dict[str, Force] = {force.code: force for force in FORCES}


def find_force(code: str) -> Force:
    """Return the force with this code. Raises UnknownForceError."""
    force = _BY_CODE.get(code)
    if force is None:
        raise UnknownForceError("The force code is not in the table of forces: check it.")
    return force


def force_name(code: str) -> str:
    """Return the name of the force with this code. Raises UnknownForceError."""
    return find_force(code).name


def codes_by_name() -> tuple[str, ...]:
    """Return the codes of all owners, in alphabetical order of their names."""
    return tuple(force.code for force in sorted(FORCES, key=lambda one: one.name.casefold()))


def is_known_force(code: str, *, on: date | None = None) -> bool:
    """Whether the code is in the table and, if a day is given, valid on that day."""
    force = _BY_CODE.get(code)
    return force is not None and (on is None or force.is_valid_on(on))
