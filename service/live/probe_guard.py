"""Attempts with nearly the same probe: how they are recognised and how many are allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from domain.ids import ForceCode
from prints.print_format import Sketcher


@dataclass(frozen=True, slots=True)
class AttemptPolicy:
    """How often nearly the same probe may be searched with."""

    attempts: int
    """Searches of one force within the window; the next one is refused."""
    window: timedelta = timedelta(hours=24)
    looked_at: int = 500
    """How many of the force's latest searches are compared."""
    attempts_under_examination: int = field(init=False)
    """As many of them as may have a case that is still open."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "attempts_under_examination", max(1, self.attempts // 2))

    @property
    def suspicious(self) -> int:
        """From this one on the series is shown to the auditor."""
        return max(2, self.attempts * 2 // 5)


@dataclass(frozen=True, slots=True, eq=False)
class ProbeGuard:
    """Recognises repeated probes by their sketches. Thread-safe."""

    sketcher: Sketcher
    policy: AttemptPolicy
    unpacked: set[ForceCode] = field(default_factory=set)
    """Forces whose searches met many sketches that are not in packs yet."""
