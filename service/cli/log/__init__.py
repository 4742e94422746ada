"""`identlink log`: sign the log, hand it to outsiders, verify it, and witness it."""

from __future__ import annotations

from service.cli.log.commands import app

__all__ = ["app"]
