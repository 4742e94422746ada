"""What the gallery has met, as a process knows it; read again when more was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.experience import Experience, Kind, kind_of
from domain.searches import Probe, SearchType


@dataclass(slots=True)
class LiveExperience:
    """The experience of each kind of search. Thread-safe: it is replaced as a whole."""

    met: Mapping[Kind, Experience] = field(default_factory=dict)
    version: tuple[int, int] = (-1, -1)
    """Version of the rehearsals that it was read from."""

    def of(self, search_type: SearchType, probe: Probe) -> Experience:
        """Return the experience that a search is weighed by."""
        kind = Kind.MARK
        if search_type is SearchType.TP_TP:
            kind = kind_of(probe.impressions, len(probe.impressions))
        return self.met.get(kind, Experience(kind))
