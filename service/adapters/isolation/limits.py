"""The limits of one call of the child process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a child process and of one call."""

    seconds: float = 20.0
    """Then the process is killed. Reading takes milliseconds, the slowest extractor a second."""
    processor_s: float = 0.0
    """Processor time of one call; then the process is killed. 0: only `seconds` count."""
    address_space_mb: int = 2_048
    """RLIMIT_AS: the libraries of the extractors map some 600 MB, of which they use 400."""
    calls: int = 500
    """Then the process is replaced, so that leaks of a library do not add up."""


STANDARD = Limits()
"""The limits of a service."""
