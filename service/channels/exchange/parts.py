"""The optional parts that the channels need, and the sentence when one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from domain.errors import ConfigurationError


def part(name: str) -> Any:
    """Return an optional module; raises ConfigurationError when it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise ConfigurationError(
            "Exchange with other States is not installed: install identlink[exchange]."
        ) from None
