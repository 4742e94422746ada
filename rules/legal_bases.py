"""Agreements and laws on which a request may be based, with the titles that forms and pages show.

The list is not closed: a program may name another basis, which is then shown as it was sent.
"""

from functools import cache

from rules.data_files import data_file

BASES = "legal-bases/1"
"""The newest list."""


@cache
def legal_bases(bases: str = BASES) -> dict[str, str]:
    """Return the title of each agreement or law, by its code. Raises UnknownRuleError."""
    return {one["code"]: one["title"] for one in data_file(bases).content["rows"]}


def title_of_basis(code: str) -> str:
    """Return the title of an agreement or law; the code if it is not on the list."""
    return legal_bases().get(code, code)
