"""Details of people on record, prepared for comparison and kept between searches."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from domain.people.people import Details
from matching.prepared import PreparedDetails
from matching.scorer import Scorer
from service.storage.people.people import HeldPerson

_MOST_PEOPLE = 32_768
"""The most people in one half of the cache: about 2 KB for each person."""
_MOST_WAITING = 4_096
"""The most people waiting to be prepared; when there are more, the oldest are dropped."""

_MOST_MET = 65_536
"""The most people remembered as seen once, each by a 64-bit number."""

_Kept = dict[object, tuple[int | None, PreparedDetails]]


class PreparedRecords:
    """Holds the prepared details of records, one version of each. Thread-safe, of limited size.

    A search uses the prepared details that exist. Other details are prepared after the search,
    once they have been seen a second time: preparing takes ten times as long as comparing, and in
    a large gallery most candidates are seen once. A record is prepared for one model, because a
    process has one model. The cache has two halves. When the newer half is full it becomes the
    older half, and details in the previous older half that were not used in the meantime are
    dropped.
    """

    def __init__(self, most_people: int = _MOST_PEOPLE) -> None:
        self._most_people = most_people
        self._halves: tuple[_Kept, _Kept] = ({}, {})
        self._waiting: deque[HeldPerson] = deque(maxlen=_MOST_WAITING)
        self._met: set[int] = set()

    def __len__(self) -> int:
        """Return the number of records in the cache."""
        young, old = self._halves
        return len(young.keys() | old.keys())

    def of(self, people: Sequence[HeldPerson]) -> tuple[PreparedDetails | Details | None, ...]:
        """Return the details of these people, prepared if in the cache; None if they have none.

        Details that were not read for this search are never taken from the cache: the evidence
        must not depend on earlier searches.
        """
        young, old = self._halves
        found: list[PreparedDetails | Details | None] = []
        for person in people:
            if person.details is None:
                found.append(None)
                continue
            key = person.record_id
            known = young.get(key) or old.get(key)
            if known is not None and known[0] == person.record_version:
                young[key] = known
                found.append(known[1])
                continue
            found.append(person.details)
            if self._is_met(person):
                self._waiting.append(person)
        return tuple(found)

    def _is_met(self, person: HeldPerson) -> bool:
        """Return whether this version of a record was seen before, and mark it as seen."""
        met, number = self._met, hash((person.record_id, person.record_version))
        if number in met:
            return True
        if len(met) >= _MOST_MET:
            met.clear()
        met.add(number)
        return False

    def prepare_waiting(self, scorer: Scorer) -> int:
        """Prepare the records that searches have queued, and return how many were prepared."""
        # If `forget` runs meanwhile, it drops these halves with everything added to them.
        waiting, (young, _) = self._waiting, self._halves
        count = 0
        while waiting:
            person = waiting.popleft()
            if person.details is not None:
                young[person.record_id] = (person.record_version, scorer.prepare(person.details))
                count += 1
        if len(young) > self._most_people and self._halves[0] is young:
            self._halves = ({}, young)
        return count

    def forget(self) -> None:
        """Drop everything; required after an erasure."""
        self._waiting, self._halves = deque(maxlen=_MOST_WAITING), ({}, {})
        self._met = set()
