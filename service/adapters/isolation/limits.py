"""Limits of the child process and of one call."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a child process and of one call."""

    processor_s: float = 20.0
    """Processor time of one call, after which the process is killed. Reading takes milliseconds;
    the slowest extractor takes a second."""
    patience_s: float = 60.0
    """How long a call may wait for a process and for its processor time. A machine that takes
    longer is busy, which says nothing about the file."""
    address_space_mb: int = 2_048
    """RLIMIT_AS. The libraries of the extractors map about 600 MB and use 400 of it."""
    calls: int = 500
    """Number of calls after which the process is replaced, so that memory leaks of a library do
    not add up."""

    @property
    def whole_processor_s(self) -> int:
        """Seconds of processor time for all calls of a process, rounded up. It limits a process
        whose parent has ended.
        """
        return 60 + math.ceil(self.calls * self.processor_s)


STANDARD = Limits()
"""The limits of a service."""
