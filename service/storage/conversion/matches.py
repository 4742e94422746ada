"""Searches for the people of frames, proposals and their readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from domain.conversion.matching import Match, MatchBasis, MatchOutcome
from domain.errors import ConflictError
from domain.ids import FrameId, LinkId, PersonId, SearchId, UserId
from service.storage.engine.rows import AnyRow
from service.storage.engine.writes import insert_unless_taken
from service.storage.people.people import locked_person
from service.storage.tables.conversion import (
    conversion_match_readings,
    conversion_matches,
    conversion_searches,
)
from service.storage.tables.people import persons
from service.storage.transaction import TransactionPart
from service.storage.words import put_words, read_words

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
        row = {
            "frame_id": frame_id,
            "round": round_,
            "number": started.number,
            "basis": started.basis,
            "search_id": started.search_id,
            "started_by": by,
            "started_at": at,
        }
        if not insert_unless_taken(self._connection, conversion_searches, row):
            raise ConflictError("Another search was started since: reload the frame.")

    def searched(self, frame_id: FrameId, round_: int) -> StartedMatch | None:
        """Return the search that was started last, or None."""
        table = conversion_searches
        query = (
            select(table)
            .where(table.c.frame_id == frame_id, table.c.round == round_)
            .order_by(table.c.number.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        return StartedMatch(row.number, MatchBasis(row.basis), SearchId(row.search_id))

    def propose(self, frame_id: FrameId, round_: int, match: Match, *, at: datetime) -> None:
        """Store a proposal; raises ConflictError for a taken number, NotFoundError for the erased.

        The people it names are locked against erasure until the transaction ends.
        """
        row = {
            "frame_id": frame_id,
            "round": round_,
            "number": match.number,
            "outcome": match.outcome,
            "basis": match.basis,
            "search_id": match.search_id,
            "link_id": match.link_id,
            "person_row": self._row(match.person_id),
            "other_row": self._row(match.other_person_id),
            "candidates": match.candidates,
            "proposed_by": match.proposed_by,
            "proposed_at": at,
            "payload_id": put_words(self._transaction, match.words),
        }
        key = ("frame_id", "round", "number")
        if not insert_unless_taken(self._connection, conversion_matches, row, key=key):
            raise ConflictError("Somebody else has proposed a match: reload the frame.")

    def _row(self, person_id: PersonId | None) -> int | None:
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
        row = {
            "frame_id": frame_id,
            "round": round_,
            "number": match.number,
            "agrees": agrees,
            "proposed_by": match.proposed_by,
            "read_by": by,
            "read_at": at,
            "link_id": match.link_id,
        }
        self._connection.execute(insert(conversion_match_readings).values(row).inline())

    def next_number(self, frame_id: FrameId, round_: int) -> int:
        """Return the number of the next proposal."""
        table = conversion_matches
        query = select(func.max(table.c.number)).where(
            table.c.frame_id == frame_id, table.c.round == round_
        )
        return int(self._connection.execute(query).scalar() or 0) + 1

    def last(self, frame_id: FrameId, round_: int) -> Match | None:
        """Return the proposal made last, with its reading; None if there is none."""
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
        row = self._connection.execute(query).first()
        if row is None:
            return None
        (words,) = read_words(self._transaction, [row.payload_id])
        return _match(row, words)


def _match(row: AnyRow, words: str) -> Match:
    return Match(
        row.number,
        MatchOutcome(row.outcome),
        MatchBasis(row.basis),
        SearchId(row.search_id),
        row.candidates,
        UserId(row.proposed_by),
        row.person_id and PersonId(row.person_id),
        row.other_person_id and PersonId(row.other_person_id),
        row.link_id and LinkId(row.link_id),
        words,
        row.agrees,
        row.read_by and UserId(row.read_by),
    )
