"""Details of people on record in the form in which they are compared, kept between searches."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from domain.people import Details
from matching.prepared import PreparedDetails
from matching.scorer import Scorer
from service.storage.people.people import HeldPerson

_MOST_PEOPLE = 32_768
"""People in one half of the memory: some 2 KB each."""
_MOST_WAITING = 4_096
"""People waiting to be prepared; beyond them the oldest are not."""

_MOST_MET = 65_536
"""People remembered as met once, by a number of 64 bits."""

_Kept = dict[object, tuple[int | None, PreparedDetails]]


class PreparedRecords:
    """Holds the prepared details of records, each in one version. Thread-safe, of bounded size.

    A search takes the details that are there. Others are left to be prepared behind it once they
    are met a second time: preparing costs ten times as much as comparing, and among many people
    most candidates are met once. A record is prepared for one model: a process has one. The
    memory has two halves; when the younger is full it becomes the older one, and details not asked
    for since are gone.
    """

    def __init__(self, most_people: int = _MOST_PEOPLE) -> None:
        self._most_people = most_people
        self._halves: tuple[_Kept, _Kept] = ({}, {})
        self._waiting: deque[HeldPerson] = deque(maxlen=_MOST_WAITING)
        self._met: set[int] = set()

    def __len__(self) -> int:
        """Return how many records are kept."""
        young, old = self._halves
        return len(young.keys() | old.keys())

    def of(self, people: Sequence[HeldPerson]) -> tuple[PreparedDetails | Details | None, ...]:
        """Return the details of these people, prepared where they are kept; None without any.

        Details that were not read are not supplied from what is kept: what is weighed must not
        depend on earlier searches.
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
        """Whether this version of a record was met before; from now on it was."""
        met, number = self._met, hash((person.record_id, person.record_version))
        if number in met:
            return True
        if len(met) >= _MOST_MET:
            met.clear()
        met.add(number)
        return False

    def prepare_waiting(self, scorer: Scorer) -> int:
        """Prepare the records that searches left waiting, and return their number."""
        # What is put into halves that are forgotten meanwhile is forgotten with them.
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
        """Drop everything, as an erasure demands."""
        self._waiting, self._halves = deque(maxlen=_MOST_WAITING), ({}, {})
        self._met = set()
