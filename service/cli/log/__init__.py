"""`identlink log`: sign the log, hand it to outsiders, verify it, and witness it.

- `age`: `identlink log age` and `accept-state`: the database against the memory of its keys
- `commands`: the commands put together, and those that sign, export and verify the log
- `who`: `identlink log who`: the caller behind a pseudonym of the operational log
- `witness`: `identlink log witness`: a second party's program, with its own key and its own memory
"""

from __future__ import annotations

from service.cli.log.commands import app

__all__ = ["app"]
