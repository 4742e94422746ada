"""Frozen releases of a quarter: the published bytes, and the log they were counted at."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from domain.errors import ConflictError
from domain.plain_values import plain
from domain.publication.facts import Quarter
from domain.publication.releases import Release, ReleaseContent, ReleasedCell, ReleasedTable
from service.storage.engine.rows import AnyRow, row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.office import statistics_releases
from service.storage.transaction import TransactionPart


def content_text(content: ReleaseContent) -> str:
    """Return the content as the text that is stored, digested and published."""
    return json.dumps(plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Releases(TransactionPart):
    """Written once: nothing computes a release again."""

    def put(self, release: Release) -> None:
        """Store a release; raises ConflictError when this version is released already."""
        row = row_of(
            statistics_releases,
            release,
            release_row=self._transaction.numbers.one(statistics_releases.c.release_row),
            quarter=str(release.quarter),
            content=content_text(release.content),
        )
        key = ("quarter", "version")
        if not insert_unless_taken(self._connection, statistics_releases, row, key=key):
            raise ConflictError(
                "The figures for this quarter are already released and cannot be released again."
            )

    def all(self) -> tuple[Release, ...]:
        """Return every release, the newest quarter and version first."""
        query = select(statistics_releases).order_by(
            statistics_releases.c.quarter.desc(), statistics_releases.c.version.desc()
        )
        return tuple(_release(row) for row in self._connection.execute(query).all())

    def of(self, quarter: Quarter) -> tuple[Release, ...]:
        """Return the releases of a quarter, the newest version first."""
        query = (
            select(statistics_releases)
            .where(statistics_releases.c.quarter == str(quarter))
            .order_by(statistics_releases.c.version.desc())
        )
        return tuple(_release(row) for row in self._connection.execute(query).all())


def _release(row: AnyRow) -> Release:
    stated: Any = json.loads(row.content)
    return value_of(
        Release,
        row,
        quarter=Quarter.parse(row.quarter),
        content=_content(stated),
    )


def _content(stated: Any) -> ReleaseContent:
    tables = tuple(_table(one) for one in stated["tables"])
    return ReleaseContent(stated["quarter"], stated["rules"], stated["query_sha256"], tables)


def _table(stated: Any) -> ReleasedTable:
    cells = tuple(
        ReleasedCell(one["name"], one["figure"], one.get("percent")) for one in stated["cells"]
    )
    named = {name: stated[name] for name in ("service", "cut", "title", "total", "base")}
    return ReleasedTable(**named, cells=cells)
