"""Intelligence markers that a child protection certificate may state. They are data, and
synthetic.
"""

from functools import cache

from domain.errors import UnknownRuleError
from rules.data_files import data_file

MARKERS = "intelligence-markers-synthetic/1"
"""The newest table of markers."""


@cache
def intelligence_markers(table: str = MARKERS) -> dict[str, str]:
    """Return the words of each marker, by its code. Raises UnknownRuleError."""
    return {one["code"]: one["words"] for one in data_file(table).content["rows"]}


def check_marker(code: str) -> None:
    """Raise UnknownRuleError if the code is not that of a marker."""
    if code not in intelligence_markers():
        raise UnknownRuleError("There is no such marker: choose from the list.")
