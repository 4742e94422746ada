"""The forces and agencies that own criminal records: versioned data with validity dates.

The codes identify the owner of a criminal record in the public code tables of
ministryofjustice/bichard7-next-data. A body created by a law is valid from the day stated in the
law. All others are valid from the first day of the table (`forces.json`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from domain.errors import UnknownForceError
from domain.ids import ForceCode

NO_FORCE = ForceCode("00")
"""The code of no force, under which staff prints and control items are stored, never links."""


@dataclass(frozen=True, slots=True)
class Force:
    """One owner of records. `valid_until` is the first day on which it is not valid."""

    code: ForceCode
    name: str
    valid_from: date
    valid_until: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the force exists on this day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@cache
def forces() -> Mapping[str, Force]:
    """Return every known owner, by code."""
    table = json.loads(Path(__file__).with_name("forces.json").read_text("utf-8"))
    return {
        one["code"]: Force(
            ForceCode(one["code"]),
            one["name"],
            date.fromisoformat(one.get("valid_from", table["valid_from"])),
        )
        for one in table["rows"]
    }


def find_force(code: str) -> Force:
    """Return the force with this code. Raises UnknownForceError."""
    force = forces().get(code)
    if force is None:
        raise UnknownForceError("The force code is not in the table of forces: check it.")
    return force


def force_name(code: str) -> str:
    """Return the name of the force with this code. Raises UnknownForceError."""
    return find_force(code).name


def codes_by_name() -> tuple[str, ...]:
    """Return the codes of all owners, in alphabetical order of their names."""
    return tuple(
        one.code for one in sorted(forces().values(), key=lambda one: one.name.casefold())
    )


def is_known_force(code: str, *, on: date | None = None) -> bool:
    """Whether the code is in the table and, if a day is given, valid on that day."""
    force = forces().get(code)
    return force is not None and (on is None or force.is_valid_on(on))
