"""The office's table of offence codes, in every version that was installed."""

from sqlalchemy import select

from rules.offence_codes import InstalledTable
from service.storage.engine.rows import rows_where
from service.storage.tables.people import offence_tables
from service.storage.transaction import TransactionPart

_HEADS = select(*(one for one in offence_tables.c if one.name != "content")).order_by(
    offence_tables.c.version.desc()
)


class OffenceTables(TransactionPart):
    """Versions of the table. Each is written once, and none is ever replaced."""

    def newest(self) -> InstalledTable | None:
        """Return the version in force, or None if none was installed."""
        return self._one(InstalledTable, _HEADS.limit(1))

    def all(self) -> tuple[InstalledTable, ...]:
        """Return every version, the newest first."""
        return self._all(InstalledTable, _HEADS)

    def content(self, table_id: str) -> str:
        """Return the file of a version."""
        row = self._row(rows_where(offence_tables, table_id=table_id))
        return "" if row is None else str(row.content)

    def put(self, table: InstalledTable, content: str) -> bool:
        """Store a version with its file. Returns False if its number is taken."""
        return self._add_new(offence_tables, table, unless_taken=("version",), content=content)
