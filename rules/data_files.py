"""The data of the rules: JSON files named after their identifier, and short texts in them."""

import hashlib
import json
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from domain.errors import UnknownRuleError
from domain.plain_values import read_plain

_DIRECTORY = Path(__file__).parent / "data"


Rules = TypeVar("Rules")


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of rules, as read."""

    identifier: str
    """Name and version, such as `england-and-wales/1`."""
    sha256: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    content: dict[str, Any]


@cache
def data_file(identifier: str) -> DataFile:
    """Return the data of `identifier`. Raises UnknownRuleError if there is no such file."""
    path = _DIRECTORY / f"{identifier.replace('/', '-')}.json"
    if path.parent != _DIRECTORY or not path.is_file():
        raise UnknownRuleError(f"There are no rules named {identifier[:60]!r}: check the name.")
    return read_file(path, identifier)


def read_file(path: Path, identifier: str) -> DataFile:
    """Return a file's data, with its digest. Raises UnknownRuleError if it is not JSON."""
    try:
        content = path.read_bytes()
        return DataFile(identifier, hashlib.sha256(content).hexdigest(), json.loads(content))
    except (OSError, ValueError) as error:
        raise UnknownRuleError(
            f"The data file of the rule set {identifier[:60]!r} cannot be read."
        ) from error


def rules_in(kind: type[Rules], file: DataFile, **changed: Any) -> Rules:
    """Return the rules that a file states: each field of the type by its name.

    `changed`: values in place of the file's own. Raises KeyError, TypeError or ValueError for a
    file of another form.
    """
    known = {"identifier": file.identifier, "sha256": file.sha256, **file.content, **changed}
    names = [one.name for one in fields(cast("Any", kind)) if one.name in known]
    return read_plain(kind, {name: known[name] for name in names})


GROUNDS = "deletion-grounds/1"
"""The newest table of grounds."""


@dataclass(frozen=True, slots=True)
class DeletionGround:
    """One ground for deletion."""

    code: str
    """The code of the ground."""
    words: str
    """The ground in words."""
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


BASES = "legal-bases/1"
"""The newest list."""


@cache
def legal_bases(bases: str = BASES) -> dict[str, str]:
    """Return the title of each agreement or law, by its code. Raises UnknownRuleError."""
    return {one["code"]: one["title"] for one in data_file(bases).content["rows"]}


def title_of_basis(code: str) -> str:
    """Return the title of an agreement or law; the code if it is not on the list."""
    return legal_bases().get(code, code)


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


LETTERS = "letters/2"
"""The newest version of the letters."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The text of a letter, without names, dates and signature."""

    version: str
    paragraphs: tuple[str, ...]
    """Empty if there is no letter."""
    why_none: str = ""
    """The reason why there is no letter."""


@cache
def letter_on(about: str, end: str, version: str = LETTERS) -> Letter:
    """Return the letter on how a dispute, or a request of some kind, ended.

    The letter on a request says what was asked, how it ended, and what rights there are. A text
    for one kind of request takes precedence over the general text for this ending. Raises
    UnknownRuleError.
    """
    held = data_file(version).content
    if about in held["none"]:
        return Letter(version, (), held["none"][about])
    own = next((one for one in held["letters"] if _is_of(one, about, end)), None)
    if own is None and end not in held["ends"]:
        raise UnknownRuleError(
            "No letter has been written for this kind of request and this outcome."
        )
    if about in held["whole"] and own is not None:
        return Letter(version, tuple(own["paragraphs"]))
    kind = held["kinds"].get(about, held["kinds"]["*"])
    said = held["ends"][end][kind["to"]] if own is None else own["paragraphs"]
    return Letter(version, (kind["about"], *said, *kind["rights"]))


def _is_of(row: dict[str, Any], about: str, end: str) -> bool:
    return about in row["about"] and end in row["ends"]
