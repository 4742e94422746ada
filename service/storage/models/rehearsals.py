"""Rehearsals: each is stored once; together they form the experience of a gallery."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from domain.ids import EncounterRow, PersonRow
from domain.people.disputes import GalleryOutcome
from domain.searches.models import (
    Counted,
    Experience,
    Kind,
    Rehearsal,
    RehearsalDoubt,
    RehearsalSource,
)
from indexing.codes.batches import Gallery
from service.storage.engine.rows import Among, grouped, row_of, value_of
from service.storage.tables.cases import gallery_conclusions
from service.storage.tables.models import rehearsal_doubts, rehearsals
from service.storage.tables.people import encounters
from service.storage.transaction import TransactionPart

_READ = {RehearsalSource.BOTH_ENDS: 400, RehearsalSource.LIVE: 10_000}
"""The most rows read: a year of nights; and for live searches, with one search in each row, as
many as are wanted."""

_Parts = list[tuple[int, Mapping[int, int]]]

# Built once: keepers ask for the version again and again, and every start reads the experience.
_ABOUT_DOUBTS = gallery_conclusions.c.case_id == rehearsal_doubts.c.case_id
_LAST_NUMBER = select(func.max(rehearsals.c.number))
_SETTLED = select(func.count()).select_from(
    rehearsal_doubts.join(gallery_conclusions, _ABOUT_DOUBTS)
)
_NEWEST_SO = (
    select(rehearsals)
    .where(
        rehearsals.c.source == bindparam("source"),
        rehearsals.c.template_format == bindparam("template_format"),
        rehearsals.c.extractor == bindparam("extractor"),
    )
    .order_by(rehearsals.c.number.desc())
    .limit(bindparam("most"))
)
_DOUBTED = (
    select(rehearsal_doubts)
    .outerjoin(gallery_conclusions, _ABOUT_DOUBTS)
    .where(
        gallery_conclusions.c.outcome.is_(None)
        | (gallery_conclusions.c.outcome != GalleryOutcome.CONFIRMED)
    )
)


class Rehearsals(TransactionPart):
    """Rehearsals and doubts about them. Each is written once."""

    def last_number(self) -> int:
        """Return the number of the newest rehearsal, or 0 if there is none."""
        return self._cell(_LAST_NUMBER) or 0

    def version(self) -> tuple[int, int]:
        """Return a version that changes whenever a rehearsal is stored or a doubt is settled."""
        return self.last_number(), int(self._cell(_SETTLED))

    def people_since(self, since: datetime) -> int:
        """Return the number of people in rehearsals since then: one single-finger search each."""
        query = select(rehearsals.c.counts).where(
            rehearsals.c.made_at >= since,
            rehearsals.c.source == RehearsalSource.BOTH_ENDS,
        )
        found = self._column(query)
        return sum(sum(json.loads(one).get(Kind.ONE, {}).values()) for one in found)

    def add(self, one: Rehearsal, doubts: Sequence[RehearsalDoubt] = ()) -> None:
        """Store the searches that one run counted, and mark those whose result is in doubt."""
        self._add(rehearsals, one)
        self._add_all(rehearsal_doubts, [row_of(rehearsal_doubts, doubt) for doubt in doubts])

    def newest(self, limit: int) -> tuple[Rehearsal, ...]:
        """Return the newest rehearsals, newest first."""
        query = select(rehearsals).order_by(rehearsals.c.number.desc()).limit(limit)
        return self._all(Rehearsal, query)

    def experience(
        self, template_format: str, extractor: str, *, wanted: int, most: int
    ) -> Mapping[Kind, Experience]:
        """Return the experience of each kind of search, from the newest `wanted` searches.

        Never reads searches of more people than `most`, the number of people, so that nobody
        counts twice, however few have the fingers of a kind. A rehearsal in doubt counts, unless
        people found that the stranger is the same person.
        """
        parts: dict[tuple[Kind, RehearsalSource], _Parts] = {}
        enough: Counter[tuple[Kind, RehearsalSource]] = Counter()
        people: Counter[RehearsalSource] = Counter()
        for one, kinds in self._newest_counts(template_format, extractor):
            searched = max(sum(steps.values()) for steps in kinds.values())
            if people[one.source] + searched > most:
                continue
            people[one.source] += searched
            for kind, steps in kinds.items():
                key = kind, one.source
                if enough[key] < wanted:
                    enough[key] += sum(steps.values())
                    parts.setdefault(key, []).append((one.persons, steps))
        return {
            kind: Experience(
                kind,
                *(Counted.of(parts.get((kind, source), ())) for source in _READ),
            )
            for kind in Kind
        }

    def _newest_counts(
        self, template_format: str, extractor: str
    ) -> Iterator[tuple[Rehearsal, Mapping[Kind, Counter[int]]]]:
        """Yield the newest rehearsals with their counts of each kind, newest first."""
        doubted = self._doubted()
        made_so = {"template_format": template_format, "extractor": extractor}
        for source, most in _READ.items():
            wanted = {"source": source, "most": most, **made_so}
            for row in self._connection.execute(_NEWEST_SO, wanted):
                one = value_of(Rehearsal, row)
                if kinds := _counts(one, doubted.get(one.rehearsal_id, ())):
                    yield one, kinds

    def _doubted(self) -> Mapping[str, Sequence[tuple[Kind, int, int]]]:
        """Return the doubtful searches that count, by rehearsal."""
        return grouped(
            (row.rehearsal_id, (Kind(row.kind), row.step, row.searches))
            for row in self._connection.execute(_DOUBTED)
        )

    def newest_captures(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, EncounterRow]:
        """Return the newest tenprint capture of each person, whether or not in the gallery."""
        query = (
            select(encounters.c.person_row, func.max(encounters.c.encounter_row))
            .where(encounters.c.gallery == Gallery.TENPRINTS, Among(encounters.c.person_row, "of"))
            .group_by(encounters.c.person_row)
        )
        found = self._connection.execute(query, {"of": sorted(rows)})
        return {PersonRow(person): EncounterRow(capture) for person, capture in found}

    def highest_person(self) -> int:
        """Return the highest row number of a person with a capture, or 0 if there is none."""
        return self._cell(select(func.max(encounters.c.person_row))) or 0


def _counts(
    one: Rehearsal, doubted: Sequence[tuple[Kind, int, int]]
) -> Mapping[Kind, Counter[int]]:
    found = {
        Kind(kind): Counter({int(step): int(count) for step, count in steps.items()})
        for kind, steps in json.loads(one.counts).items()
    }
    for kind, step, searches in doubted:
        found.setdefault(kind, Counter())[step] += searches
    return found
