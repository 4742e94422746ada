"""The office's own tables of offence codes: titles, categories and flags; each row has the days on
which it applies.

An office installs a table by a command. Each installation is a new version; the newest version is
used, and earlier versions are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from domain.ids import UserId
from domain.people.convictions import ConvictedOffence, Conviction
from domain.people.people import Offence

HERE = "GBR"
"""The State whose offence codes the table lists."""

Titled = TypeVar("Titled")


@dataclass(frozen=True, slots=True)
class OffenceCode:
    """An offence between two days, both included. None: no limit."""

    code: str
    title: str
    category: str = ""
    """The letters under which courts sort the offence; empty if not stated."""
    is_recordable: bool | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""

    def is_in_force(self, on: date) -> bool:
        """Whether the row applies on a day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    def overlaps(self, other: OffenceCode) -> bool:
        """Whether both rows apply on the same day."""
        first, second = sorted((self, other), key=lambda row: row.valid_from or date.min)
        return first.is_in_force(second.valid_from or date.min)


@dataclass(frozen=True, eq=False)
class OffenceTable:
    """One version of the office's table. A table without rows stands for "none installed"."""

    version: int = 0
    rows: tuple[OffenceCode, ...] = ()
    """At most one row of each code is in force on a day."""

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[OffenceCode, ...]]:
        found: dict[str, tuple[OffenceCode, ...]] = {}
        for row in self.rows:
            found[row.code] = (*found.get(row.code, ()), row)
        return MappingProxyType(found)

    def row(self, code: str, on: date) -> OffenceCode | None:
        """Return the row of a code on a day, or None.

        A letter at the end of a code is a qualifier. A code that has no row of its own has the row
        of the code without the letter.
        """
        shorn = code[:-1] if len(code) == 8 and code[-1].isalpha() else code
        rows = (one for each in (code, shorn) for one in self._by_code.get(each, ()))
        return next((one for one in rows if one.is_in_force(on)), None)

    def title(self, code: str, on: date | None, recorded: str) -> str:
        """Return the title of a code on a day, or the recorded title if the table has none."""
        found = None if on is None else self.row(code, on)
        return recorded if found is None else found.title

    def title_in(self, conviction: Conviction, offence: ConvictedOffence) -> str:
        """Return the title of an offence on the day on which it began, else on the day of the
        decision.

        Courts of other countries have their own codes, which this table does not list.
        """
        if conviction.court.country != HERE:
            return offence.title
        began = offence.began_on
        on = began.earliest if began and began.is_complete else conviction.decided_on
        return self.title(offence.national_code, on, offence.title)


NO_TABLE = OffenceTable()


@dataclass(frozen=True, slots=True)
class InstalledTable:
    """A version of the office's table, as the store names it."""

    table_id: str
    version: int
    content_sha256: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    codes: int
    """The number of rows."""
    installed_by: UserId
    installed_at: datetime


def titled(table: OffenceTable, value: Titled) -> Titled:
    """Return a value in which each offence has the table's title instead of the recorded one."""
    return value if table is NO_TABLE else _titled(table, value)


def _titled(table: OffenceTable, value: Any) -> Any:
    if isinstance(value, Offence):
        return replace(value, title=table.title(value.code, value.committed_on, value.title))
    if isinstance(value, Conviction):
        return _of_conviction(table, value)
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(_titled(table, one) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    held = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
    changed = {name: found for name, one in held.items() if (found := _titled(table, one)) != one}
    return replace(value, **changed) if changed else value


def _of_conviction(table: OffenceTable, conviction: Conviction) -> Conviction:
    offences = (replace(one, title=table.title_in(conviction, one)) for one in conviction.offences)
    return replace(conviction, offences=tuple(offences))
