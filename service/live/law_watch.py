"""Monitors whether prints keep their distribution; holds the experience from rehearsals."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from domain.ids import ForceCode, UserId
from domain.searches.models import REHEARSED_AS, Experience, Kind, LawState, kind_of
from domain.searches.searches import Probe, SearchType
from domain.searches.strangers import Standing, Strangers
from matching.experience import needed
from matching.parameters import PROPOSED_FPIR
from matching.policy import Mode
from matching.watch.home import HomeLaw


@dataclass(slots=True)
class LiveExperience:
    """The experience with each kind of search. Thread-safe: the mapping is replaced at once."""

    met: Mapping[Kind, Experience] = field(default_factory=dict)
    version: tuple[int, ...] = ()
    """Version of the rehearsals and states from which the experience was read."""

    def of(self, search_type: SearchType, probe: Probe) -> Experience:
        """Return the experience with which the evidence of a search is weighed.

        Rehearsals with exactly its number of fingers count if there are enough of them for a
        proposal; if not, those at both ends of its kind.
        """
        kind, fingers = Kind.MARK, len(probe.impressions)
        if search_type is SearchType.TP_TP:
            kind = kind_of(probe.impressions, fingers)
        found = self.met.get(kind, Experience(kind))
        exactly = self.met.get(REHEARSED_AS.get((kind, fingers), kind), found).rehearsed
        is_enough = exactly.searches >= needed(PROPOSED_FPIR[Mode.TENPRINT])
        return replace(found, rehearsed=exactly) if is_enough else found


_MOST_UNSEEN = 5_000
"""The most searches awaiting a check; when there are more, the oldest are never checked."""

_WIDENED = 1.15
"""Factor by which spreads are widened while a distribution may be shifting.

Set by hand, 2026-11-26.
"""


class Act(StrEnum):
    """What is done when a distribution has shifted, besides the alarm, which is always given."""

    ALARM = "alarm"
    WIDEN = "widen"
    WITHHOLD = "withhold"


class Asker(NamedTuple):
    """A source whose prints should follow one distribution: a force and its capturing account."""

    force: ForceCode
    account: UserId


class Seen(NamedTuple):
    """A search to be checked; kept for a few seconds, about the time that a search takes."""

    asker: Asker
    probe: Probe
    strangers: Strangers


@dataclass(slots=True)
class LawWatch:
    """The searches seen in this process, and the states of all sources. Thread-safe.

    `law` is the distribution on which the model was fitted. If it is None, nothing is watched.
    """

    law: HomeLaw | None = None
    act: Act = Act.WITHHOLD
    unseen: deque[Seen] = field(default_factory=lambda: deque(maxlen=_MOST_UNSEEN))
    states: Mapping[Asker, LawState] = field(default_factory=dict)
    """States of the sources whose distribution may be shifting or has shifted.

    The whole mapping is replaced at once.
    """

    def judged(
        self, asker: Asker | None, probe: Probe, strangers: Strangers | None
    ) -> Strangers | None:
        """Return the strangers' figures to search with, and queue the search for a check.

        A search of a control item has no requester and is not checked.
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
