"""Codes for repealed acts, old courts and old sentences, found by the text written on a form.

A text that matches no row in force on the day gets no code; the nearest code is never used. A text
that matches two rows in force gets no code either.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from domain.people.convictions import SentenceKind
from rules.code_tables import CodeTable, table_from
from rules.data_files import data_file

COURTS = "historic-courts/1"
OFFENCES = "historic-offences/1"
DISPOSALS = "historic-disposals/1"

HISTORIC_TABLES = (COURTS, OFFENCES, DISPOSALS)
"""The newest version of every historic table that is included."""

_SPAN = r"(?:\d+ ?(?:days?|weeks?|months?|mths?|cal mths|years?|yrs?)|£?\d+(?:[.-]\d+)?)"
_LENGTH = re.compile(rf"^{_SPAN}\s+")
_TAIL = re.compile(rf"\s+(?:for )?{_SPAN}$")


class Situation(StrEnum):
    """Whether a disposal followed a finding or an admission of guilt."""

    CONVICTED = "convicted"
    NOT_CONVICTED = "not convicted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the code of a disposal means to other rules."""

    kind: SentenceKind
    situation: Situation


UNKNOWN = Meaning(SentenceKind.UNSTRUCTURED, Situation.UNKNOWN)


@dataclass(frozen=True, slots=True)
class HistoricTable:
    """A table of codes, with the texts that forms use for each code."""

    codes: CodeTable
    texts: dict[str, tuple[str, ...]]
    """For each text in match form, the codes that have this text."""
    lengths: frozenset[str]
    """Codes whose text follows or precedes a length or an amount."""
    meanings: dict[str, Meaning]

    def code_of(self, text: str, on: date) -> str:
        """Return the code that a text has on a day; empty unless exactly one code is in force."""
        plain = match_form(text)
        shorn = _TAIL.sub("", _LENGTH.sub("", plain)).strip()
        found = {*self.texts.get(plain, ())}
        found |= {code for code in self.texts.get(shorn, ()) if code in self.lengths}
        standing = [code for code in found if code in self.codes.in_force(on)]
        return standing[0] if len(standing) == 1 else ""

    def is_in_force(self, code: str, on: date) -> bool:
        """Whether a person may assign a code for a day."""
        return code in self.codes.in_force(on)

    def meaning(self, code: str) -> Meaning:
        """Return the meaning of a disposal's code. Without a code, the meaning is unknown."""
        return self.meanings.get(code, UNKNOWN)


@cache
def historic_table(identifier: str) -> HistoricTable:
    """Return a historic table by name and version. Raises UnknownRuleError."""
    file = data_file(identifier)
    rows: list[dict[str, Any]] = file.content["rows"]
    texts: dict[str, tuple[str, ...]] = {}
    for row in rows:
        for text in (*row["texts"], match_form(row["names"]["en"])):
            texts[text] = tuple(dict.fromkeys((*texts.get(text, ()), row["code"])))
    return HistoricTable(
        table_from(file),
        texts,
        frozenset(row["code"] for row in rows if row.get("length")),
        {
            row["code"]: Meaning(SentenceKind(row["kind"]), Situation(row["situation"]))
            for row in rows
            if "kind" in row
        },
    )


def match_form(text: str) -> str:
    """Return a text as in tables: lower case, single spaces, no punctuation or apostrophes."""
    plain = re.sub("['\u2019]", "", text.casefold())
    plain = re.sub(r"(?<!\d)[.,;:&/-]|[.,;:&/-](?!\d)", " ", plain)
    return " ".join(plain.split())
