"""The facts of versions of records: nationalities, and convictions of ours that stand."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.exchange.codes import StateCode
from service.storage.engine.json_bodies import to_bytes


@dataclass(slots=True)
class VersionFacts:
    """The rows that follow from some versions of records."""

    own: StateCode
    merged: frozenset[str]
    versions: list[tuple[Any, ...]] = field(default_factory=list)
    held: list[tuple[Any, ...]] = field(default_factory=list)
    merged_versions: list[tuple[Any, ...]] = field(default_factory=list)
    nationals: list[tuple[Any, ...]] = field(default_factory=list)
    erased: list[tuple[str]] = field(default_factory=list)

    def add(self, row: Any, values: dict[str, Any]) -> None:
        """Add what follows from one version."""
        nationalities = _nationalities(values)
        if row.record_id in self.merged:
            self._add_merged(row, values, nationalities)
        if "convictions" in values or row.version > 1:
            self.versions.append(_version(row, nationalities))
            self.held += _held(row, values, nationalities, self.own)

    def _add_merged(
        self, row: Any, values: dict[str, Any], nationalities: Sequence[_Nationality]
    ) -> None:
        """Add facts of a merged record: nationalities, and whether a conviction of ours stands."""
        is_convicted = any(map(_must_be_told, values.get("convictions", ())))
        self.merged_versions.append((row.record_id, row.version, is_convicted))
        self.nationals += [(row.record_id, row.version, country) for country, _ in nationalities]

    def put(self, work: sqlite3.Connection) -> None:
        """Write the rows."""
        work.executemany("INSERT OR IGNORE INTO erased VALUES (?)", self.erased)
        work.executemany("INSERT INTO merged_versions VALUES (?, ?, ?)", self.merged_versions)
        work.executemany("INSERT OR IGNORE INTO nationals VALUES (?, ?, ?)", self.nationals)
        work.executemany("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)", self.versions)
        work.executemany("INSERT OR IGNORE INTO held VALUES (?, ?, ?, ?, ?, ?)", self.held)


_NEED_NOT_BE_TOLD = ("recorded_on", "reference", "asn")
"""Their change alone is no duty: European Union (Future Relationship) Act 2020 s1(7)."""
_Nationality = tuple[str, str | None]
"""A country, and the day on which the nationality ended."""


def _version(row: Any, nationalities: Sequence[_Nationality]) -> tuple[Any, ...]:
    amended_on = row.amended_at and row.amended_at.date().isoformat()
    is_dual = len({country for country, _ in nationalities}) > 1
    return row.record_id, row.version, amended_on, row.force, is_dual, bool(row.has_prints)


def _held(
    row: Any, values: dict[str, Any], nationalities: Sequence[_Nationality], own: StateCode
) -> Iterator[tuple[Any, ...]]:
    """Yield each conviction of ours that stands, with each nationality but our own."""
    convictions = values.get("convictions", ())
    for item_id, stated in zip(_item_ids(values, len(convictions)), convictions, strict=True):
        if not _must_be_told(stated):
            continue
        kept = {name: value for name, value in stated.items() if name not in _NEED_NOT_BE_TOLD}
        content = hashlib.sha256(to_bytes(kept)).digest()
        recorded_on = stated.get("recorded_on", stated["decided_on"])
        for country, until in nationalities:
            is_over = until is not None and "X" not in until and until < stated["decided_on"]
            if country != own and not is_over:
                yield row.record_id, item_id, row.version, country, content, recorded_on


def _must_be_told(stated: dict[str, Any]) -> bool:
    is_deleted = any(one.get("deletes", False) for one in stated.get("decisions", ()))
    return not is_deleted and stated.get("source", {}).get("kind") != "other State"


def _nationalities(values: dict[str, Any]) -> list[_Nationality]:
    details = values["details"]
    if details.get("nationality"):
        return [(details["nationality"], None)]
    return [(one["country"], one.get("until")) for one in details.get("nationalities") or ()]


def _item_ids(values: dict[str, Any], count: int) -> Iterable[str]:
    """Return the ids of the convictions in their order; those never amended are numbered."""
    if "ids" in values:
        return [one for one in values["ids"] if one.rpartition("-")[0] == "conviction"]
    return (f"conviction-{number}" for number in range(1, count + 1))
