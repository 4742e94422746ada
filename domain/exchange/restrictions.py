"""What a State allows to be done with a conviction that it told us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.exchange.codes import RequestPurpose, ThreeWay


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Restrictions that travel with a conviction, from its first message to every disclosure."""

    transmittable: ThreeWay = ThreeWay.UNKNOWN
    """Whether it may be passed on; `unknown` is asked about before it leaves."""
    criminal_proceedings_only: bool = False
    """Others than criminal courts and their investigators get the name of the State alone."""
    retention_end: date | None = None
    """The last day on which it may be kept."""

    def allow(self, purpose: RequestPurpose, on: date) -> bool:
        """Whether the conviction may be passed on for this purpose on this day."""
        if self.transmittable is not ThreeWay.YES:
            return False
        if self.retention_end is not None and on > self.retention_end:
            return False
        return (
            not self.criminal_proceedings_only or purpose is RequestPurpose.CRIMINAL_PROCEEDINGS
        )
