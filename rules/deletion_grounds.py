"""Grounds on which a person may ask for the deletion of an arrest event. They are data, and partly
unverified.
"""

from dataclasses import dataclass
from functools import cache

from domain.errors import UnknownRuleError
from rules.data_files import data_file

GROUNDS = "deletion-grounds/1"
"""The newest table of grounds."""


@dataclass(frozen=True, slots=True)
class DeletionGround:
    """One ground for deletion."""

    code: str
    words: str
    is_verified: bool
    """Whether its wording was checked against the process; if not, it must not be cited."""


@cache
def deletion_grounds(table: str = GROUNDS) -> dict[str, DeletionGround]:
    """Return the grounds of a table, by code. Raises UnknownRuleError for an unknown table."""
    rows = (DeletionGround(**one) for one in data_file(table).content["grounds"])
    return {one.code: one for one in rows}


def deletion_ground(code: str) -> DeletionGround:
    """Return one ground. Raises UnknownRuleError."""
    try:
        return deletion_grounds()[code]
    except KeyError:
        raise UnknownRuleError(
            "There is no such ground for deletion: choose from the list."
        ) from None
