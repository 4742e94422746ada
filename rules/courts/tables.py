"""The codes of the national format and their meanings: offences, results, qualifiers, courts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from domain.people.convictions import SentenceKind
from rules.data_files import data_file
from rules.offence_codes import NO_TABLE, OffenceTable

COURT_CODES = "court-codes/1"
RESULTS = "court-results/1"
"""The table from which the code of a sanction is taken."""

_BREACH = "CB"
_INDICTMENT = re.compile(r"XX00\d{3}[A-Z]?").fullmatch


@dataclass(frozen=True, slots=True)
class CourtTables:
    """One version of the code tables."""

    identifier: str
    categories: dict[str, str]
    """The category of every offence."""
    recordable: frozenset[str]
    results: frozenset[str]
    qualifiers: frozenset[str]
    courts: dict[str, str]
    """The name of every court, by the first five characters of its code; the rest is a room."""
    adjourning: frozenset[str]
    never_entered: frozenset[str]
    """Results that are never entered on a record."""
    kinds: dict[str, SentenceKind]
    tasks: dict[str, frozenset[str]]
    """The results that require somebody to do something in addition to changing the record."""

    def with_office(self, table: OffenceTable, on: date | None) -> CourtTables:
        """Return these tables, completed with the office's own table as of a day."""
        return (
            self if on is None or table is NO_TABLE else _with_office(self.identifier, table, on)
        )

    def offence(self, code: str) -> str | None:
        """Return the code under which an offence is listed, or None.

        A letter at the end is a qualifier: if the code has no entry, its entry without the letter
        counts.
        """
        shorn = code[:-1] if len(code) == 8 else code
        found = next((one for one in (code, shorn) if one in self.categories), None)
        return found or (code if _INDICTMENT(code) else None)

    def court(self, code: str) -> str | None:
        """Return the name of a court, or None if it is unknown."""
        return self.courts.get(code[:5]) if len(code) == 7 else None

    def is_recordable(self, code: str) -> bool:
        """Whether an offence is recordable. An offence tried on indictment is recordable."""
        found = self.offence(code)
        return found is not None and (found in self.recordable or bool(_INDICTMENT(found)))

    def is_breach(self, code: str) -> bool:
        """Whether an offence is the breach of an order, whose dates differ from the order's."""
        return self.categories.get(self.offence(code) or "") == _BREACH


@lru_cache(maxsize=8)
def _with_office(identifier: str, table: OffenceTable, on: date) -> CourtTables:
    held = court_tables(identifier)
    rows = [one for one in table.rows if one.is_in_force(on)]
    categories = {one.code: one.category or held.categories.get(one.code, "") for one in rows}
    flags = {one.code: one.is_recordable for one in rows if one.is_recordable is not None}
    recordable = held.recordable.difference(flags) | {code for code, yes in flags.items() if yes}
    return replace(held, categories={**held.categories, **categories}, recordable=recordable)


@cache
def court_tables(identifier: str = COURT_CODES) -> CourtTables:
    """Return one version of the codes. Raises UnknownRuleError."""
    file = data_file(identifier)
    told: dict[str, Any] = file.content
    kinds = told["offences"]
    return CourtTables(
        identifier,
        {
            code: kind
            for kind, held in kinds.items()
            for part in held.values()
            for code in part.split()
        },
        frozenset(code for held in kinds.values() for code in held.get("recordable", "").split()),
        frozenset(code for part in told["results"].values() for code in part.split()),
        frozenset(told["qualifiers"].split()),
        told["courts"],
        frozenset(told["adjourning"].split()),
        frozenset(told["never_entered"].split()),
        {
            code: SentenceKind(kind)
            for kind, part in told["kinds"].items()
            for code in part.split()
        },
        {task: frozenset(part.split()) for task, part in told["tasks"].items()},
    )
