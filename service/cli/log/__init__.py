"""`identlink log`: sign the log, export it for outsiders, verify it, and witness it."""

from service.cli.log.commands import app

__all__ = ["app"]
