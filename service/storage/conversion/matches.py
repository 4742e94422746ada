"""Searches for the people of frames, proposals and their readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain.conversion.matching import Match, MatchBasis
from domain.errors import ConflictError
from domain.ids import FrameId, PersonId, SearchId, UserId
from service.storage.engine.rows import AnyRow, rows_where, value_of
from service.storage.people.people import locked_person
from service.storage.tables.conversion import (
    conversion_match_readings,
    conversion_matches,
    conversion_searches,
)
from service.storage.tables.people import persons
from service.storage.transaction import TransactionPart

_OTHER = persons.alias("other")


@dataclass(frozen=True, slots=True)
class StartedMatch:
    """The search for the person of a frame that was started last."""

    number: int
    basis: MatchBasis
    search_id: SearchId


class ConversionMatches(TransactionPart):
    """Searches and proposals are numbered within the round of a frame."""

    def note_search(
        self, frame_id: FrameId, round_: int, started: StartedMatch, *, by: UserId, at: datetime
    ) -> None:
        """Store a search; raises ConflictError when its number is taken."""
        if not self._add_new(
            conversion_searches,
            started,
            frame_id=frame_id,
            round=round_,
            started_by=by,
            started_at=at,
        ):
            raise ConflictError("Another search was started: read the frame again.")

    def searched(self, frame_id: FrameId, round_: int) -> StartedMatch | None:
        """Return the search that was started last, or None."""
        table = conversion_searches
        query = (
            rows_where(table, frame_id=frame_id, round=round_)
            .order_by(table.c.number.desc())
            .limit(1)
        )
        row = self._row(query)
        if row is None:
            return None
        return value_of(StartedMatch, row)

    def propose(self, frame_id: FrameId, round_: int, match: Match, *, at: datetime) -> None:
        """Store a proposal; raises ConflictError for a taken number, NotFoundError for the erased.

        The people it names are locked against erasure until the transaction ends.
        """
        if not self._add_new(
            conversion_matches,
            match,
            unless_taken=("frame_id", "round", "number"),
            frame_id=frame_id,
            round=round_,
            person_row=self._person_row(match.person_id),
            other_row=self._person_row(match.other_person_id),
            proposed_at=at,
            payload_id=self._put_words(match.words),
        ):
            raise ConflictError("Another match was proposed: read the frame again.")

    def _person_row(self, person_id: PersonId | None) -> int | None:
        return None if person_id is None else locked_person(self._transaction, person_id)

    def read(
        self,
        frame_id: FrameId,
        round_: int,
        match: Match,
        *,
        by: UserId,
        agrees: bool,
        at: datetime,
    ) -> None:
        """Store a reading of a proposal."""
        self._add(
            conversion_match_readings,
            match,
            frame_id=frame_id,
            round=round_,
            agrees=agrees,
            read_by=by,
            read_at=at,
        )

    def next_number(self, frame_id: FrameId, round_: int) -> int:
        """Return the number of the next proposal."""
        table = conversion_matches
        return self._next(table.c.number, table.c.frame_id == frame_id, table.c.round == round_)

    def last(self, frame_id: FrameId, round_: int) -> Match | None:
        """Return the proposal made last, with its reading; None without one."""
        matches, readings = conversion_matches, conversion_match_readings
        query = (
            select(
                matches,
                persons.c.person_id,
                _OTHER.c.person_id.label("other_person_id"),
                readings.c.agrees,
                readings.c.read_by,
            )
            .outerjoin(persons, persons.c.person_row == matches.c.person_row)
            .outerjoin(_OTHER, _OTHER.c.person_row == matches.c.other_row)
            .outerjoin(
                readings,
                (readings.c.frame_id == matches.c.frame_id)
                & (readings.c.round == matches.c.round)
                & (readings.c.number == matches.c.number),
            )
            .where(matches.c.frame_id == frame_id, matches.c.round == round_)
            .order_by(matches.c.number.desc())
            .limit(1)
        )
        row = self._row(query)
        if row is None:
            return None
        (words,) = self._words([row])
        return _match(row, words)


def _match(row: AnyRow, words: str) -> Match:
    return value_of(Match, row, words=words)
