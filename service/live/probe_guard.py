"""Attempts with nearly the same probe: how they are recognised and how many are allowed."""

from dataclasses import dataclass, field
from datetime import timedelta

from domain.ids import ForceCode
from prints.print_format import Sketcher


@dataclass(frozen=True, slots=True)
class AttemptPolicy:
    """How many searches with nearly the same probe are allowed."""

    attempts: int
    """Searches that one force may make within the window; further searches are refused."""
    window: timedelta = timedelta(hours=24)
    looked_at: int = 500
    """How many of the force's latest searches are compared with the probe."""
    attempts_under_examination: int = field(init=False)
    """How many of those searches may have a case that is still open."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "attempts_under_examination", max(1, self.attempts // 2))

    @property
    def suspicious(self) -> int:
        """The number of attempts from which the series is shown to the auditor."""
        return max(2, self.attempts * 2 // 5)


@dataclass(frozen=True, slots=True, eq=False)
class ProbeGuard:
    """Recognises repeated probes by their sketches. Thread-safe."""

    sketcher: Sketcher
    policy: AttemptPolicy
    unpacked: set[ForceCode] = field(default_factory=set)
    """Forces whose recent searches had to compare many sketches that are not yet in packs."""
