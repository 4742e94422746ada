"""The limits of the child process and of one call."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a child process and of one call."""

    processor_s: float = 20.0
    """Processor time of one call; then the process is killed. Reading takes milliseconds, the
    slowest extractor a second."""
    patience_s: float = 60.0
    """How long a call may wait for its processor time, and for a process: a machine that takes
    longer is busy, which says nothing of the file."""
    address_space_mb: int = 2_048
    """RLIMIT_AS: the libraries of the extractors map some 600 MB, of which they use 400."""
    calls: int = 500
    """Then the process is replaced, so that leaks of a library do not add up."""

    @property
    def whole_processor_s(self) -> int:
        """Whole seconds of a processor for all calls of a process, should its parent be gone."""
        return 60 + math.ceil(self.calls * self.processor_s)


STANDARD = Limits()
"""The limits of a service."""
