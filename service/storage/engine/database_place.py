"""The place of an SQLite file: whether the file that was opened is still there.

A removed file stays open in the process that has it. What is written to it is acknowledged, and
lost when the process ends: every write looks first, and so does each look at the store.
"""

from __future__ import annotations

from pathlib import Path

from domain.outages import DatabaseMissingError, outage


class DatabasePlace:
    """The file of a database, None for one on a server. Thread-safe.

    It is known from the first look that finds it; a file that is not made yet is none that is
    missing.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._known: tuple[int, int] | None = None

    def demand(self) -> None:
        """Raise DatabaseMissingError when the file is gone, or is another one."""
        if self._file is None:
            return
        try:
            found = self._file.stat()
        except FileNotFoundError:
            if self._known is not None:
                raise outage(DatabaseMissingError) from None
            return
        here = (found.st_dev, found.st_ino)
        if self._known is None:
            self._known = here
        if here != self._known:
            raise outage(DatabaseMissingError)
