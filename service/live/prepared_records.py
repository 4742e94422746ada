"""Details of people on record in the form in which they are compared, kept between searches."""

from __future__ import annotations

from collections.abc import Sequence

from matching.prepared import PreparedDetails
from matching.scorer import Scorer
from service.storage.people.people import HeldPerson

_MOST_PEOPLE = 32_768
"""People in one half of the memory: some 2 KB each."""

_Kept = dict[object, tuple[int | None, PreparedDetails]]


class PreparedRecords:
    """Prepares the details of a record once for each version. Thread-safe, and of bounded size.

    A record is prepared for one model: a process has one. The memory has two halves; when the
    younger is full it becomes the older one, and what was not asked for since is gone.
    """

    def __init__(self, most_people: int = _MOST_PEOPLE) -> None:
        self._most_people = most_people
        self._halves: tuple[_Kept, _Kept] = ({}, {})

    def __len__(self) -> int:
        """Return how many records are kept."""
        young, old = self._halves
        return len(young.keys() | old.keys())

    def of(
        self, scorer: Scorer, people: Sequence[HeldPerson]
    ) -> tuple[PreparedDetails | None, ...]:
        """Return the details of these people, ready for comparison; None without a record."""
        # What a search puts into halves that are forgotten meanwhile is forgotten with them.
        young, old = self._halves
        found: list[PreparedDetails | None] = []
        for person in people:
            key, version, details = person.record_id, person.record_version, person.details
            known = young.get(key) or old.get(key)
            if details is None:
                found.append(None)
                continue
            if known is None or known[0] != version:
                known = (version, scorer.prepare(details))
            young[key] = known
            found.append(known[1])
        if len(young) > self._most_people and self._halves[0] is young:
            self._halves = ({}, young)
        return tuple(found)

    def forget(self) -> None:
        """Drop everything, as an erasure demands."""
        self._halves = ({}, {})
