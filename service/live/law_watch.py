"""The watch on the law of prints, and what the gallery has met, as a process keeps them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from domain.experience import Experience, Kind, kind_of
from domain.ids import ForceCode, UserId
from domain.models import LawState
from domain.searches import Probe, SearchType
from domain.strangers import Standing, Strangers
from matching.watch.home import HomeLaw


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


_MOST_UNSEEN = 5_000
"""Searches that wait to be looked at; beyond them the oldest are not looked at."""

_WIDENED = 1.15
"""By how much spreads are widened while a law may be moving. Set by hand, 2026-11-26."""


class Act(StrEnum):
    """What follows when a law has moved, besides the alarm, which is always given."""

    ALARM = "alarm"
    WIDEN = "widen"
    WITHHOLD = "withhold"


class Asker(NamedTuple):
    """Whose searches one law is expected of: a force, and the account that captures for it."""

    force: ForceCode
    account: UserId


class Seen(NamedTuple):
    """A search to be looked at; held for seconds, as long as the search itself."""

    asker: Asker
    probe: Probe
    strangers: Strangers


@dataclass(slots=True)
class LawWatch:
    """The searches seen in this process, and the states of all. Thread-safe.

    `law`: the home law of the model; None where the model has none, and nothing is watched.
    """

    law: HomeLaw | None = None
    act: Act = Act.WITHHOLD
    unseen: deque[Seen] = field(default_factory=lambda: deque(maxlen=_MOST_UNSEEN))
    states: Mapping[Asker, LawState] = field(default_factory=dict)
    """States of the askers whose law is moving or has moved; replaced as a whole."""

    def judged(
        self, asker: Asker | None, probe: Probe, strangers: Strangers | None
    ) -> Strangers | None:
        """Return the strangers of a search as they are to be used, and keep it to be looked at.

        A search of a control item has no requester, and is not looked at.
        """
        if self.law is None or asker is None or strangers is None:
            return strangers
        self.unseen.append(Seen(asker, probe, strangers))
        state = self.states.get(asker)
        if state is None or self.act is Act.ALARM:
            return strangers
        if state is LawState.MOVED and self.act is Act.WITHHOLD:
            return replace(strangers, standing=Standing.WITHHELD)
        wider = tuple(round(spread * _WIDENED) for spread in strangers.spreads)
        return replace(strangers, spreads=wider, standing=Standing.WIDENED)
