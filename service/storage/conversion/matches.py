"""Searches for the people in frames, proposed matches, and frames written or destroyed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from domain.conversion.content import ItemSource, Writing, WrittenItem
from domain.conversion.frames import Match, MatchBasis
from domain.errors import ConflictError
from domain.ids import FrameId, PersonId, RecordId, SearchId, UserId
from service.storage.engine.rows import AnyRow, rows_where, value_of
from service.storage.people.people import locked_person
from service.storage.tables.conversion import (
    conversion_destructions,
    conversion_frames,
    conversion_lots,
    conversion_match_readings,
    conversion_matches,
    conversion_searches,
    conversion_settlements,
    conversion_takebacks,
    conversion_writings,
    conversion_written_items,
)
from service.storage.tables.people import persons
from service.storage.transaction import TransactionPart

_OTHER = persons.alias("other")


@dataclass(frozen=True, slots=True)
class StartedMatch:
    """The latest search for the person in a frame."""

    number: int
    basis: MatchBasis
    search_id: SearchId


class ConversionMatches(TransactionPart):
    """Searches and proposals, numbered within one round of a frame."""

    def note_search(
        self, frame_id: FrameId, round_: int, started: StartedMatch, *, by: UserId, at: datetime
    ) -> None:
        """Store a search. Raises ConflictError when its number is taken."""
        if not self._add_new(
            conversion_searches,
            started,
            frame_id=frame_id,
            round=round_,
            started_by=by,
            started_at=at,
        ):
            raise ConflictError(
                "A newer search for this film frame has been started: reload the page."
            )

    def searched(self, frame_id: FrameId, round_: int) -> StartedMatch | None:
        """Return the latest search, or None."""
        table = conversion_searches
        query = (
            rows_where(table, frame_id=frame_id, round=round_)
            .order_by(table.c.number.desc())
            .limit(1)
        )
        return self._one(StartedMatch, query)

    def propose(self, frame_id: FrameId, round_: int, match: Match, *, at: datetime) -> None:
        """Store a proposal.

        Raises ConflictError for a taken number, and NotFoundError for an erased person. The people
        named in the proposal are locked against erasure until the transaction ends.
        """
        if not self._add_new(
            conversion_matches,
            match,
            frame_id=frame_id,
            round=round_,
            person_row=self._person_row(match.person_id),
            other_row=self._person_row(match.other_person_id),
            proposed_at=at,
            payload_id=self._put_words(match.words),
        ):
            raise ConflictError("Somebody else has proposed a match: reload the page.")

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
        """Store a person's reading of a proposal: agreement or not."""
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
        """Return the latest proposal with its reading, or None if there is no proposal."""
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
        return value_of(Match, row, words=words)


class ConversionWritings(TransactionPart):
    """Frames written to records. A frame is written once in a round."""

    def write(self, writing: Writing) -> None:
        """Store that a frame was written. Raises IntegrityError if it was, in this round."""
        self._add(
            conversion_writings,
            writing,
            person_row=locked_person(self._transaction, writing.person_id),
        )
        self._add_all(
            conversion_written_items,
            [
                {
                    "frame_id": writing.frame_id,
                    "round": writing.round,
                    "item_id": item.item_id,
                    "is_second_source": item.is_second_source,
                }
                for item in writing.items
            ],
        )

    def of(self, frame_id: FrameId, round_: int) -> Writing | None:
        """Return which record a frame was written to in a round, or None."""
        table, items = conversion_writings, conversion_written_items
        query = (
            select(table, persons.c.person_id)
            .join(persons, persons.c.person_row == table.c.person_row)
            .where(table.c.frame_id == frame_id, table.c.round == round_)
        )
        row = self._row(query)
        if row is None:
            return None
        held = self._connection.execute(
            select(items.c.item_id, items.c.is_second_source)
            .where(items.c.frame_id == frame_id, items.c.round == round_)
            .order_by(items.c.item_id)
        )
        return value_of(Writing, row, items=tuple(WrittenItem(*one) for one in held))

    def sources(self, record_id: RecordId) -> tuple[ItemSource, ...]:
        """Return the frames from which the items of a record came."""
        return tuple(map(_source, self._connection.execute(_sources_of(record_id))))

    def taken_back_of(self, people: Collection[PersonId]) -> tuple[tuple[RecordId, str], ...]:
        """Return these people's records to which withdrawn frames were written, with lot label."""
        writings, taken = conversion_writings.c, conversion_takebacks.c
        query = (
            select(writings.record_id, func.max(conversion_lots.c.label))
            .join(persons, persons.c.person_row == writings.person_row)
            .join(
                conversion_takebacks,
                and_(taken.frame_id == writings.frame_id, taken.round == writings.round),
            )
            .join(conversion_frames, conversion_frames.c.frame_id == writings.frame_id)
            .join(conversion_lots, conversion_lots.c.lot_id == conversion_frames.c.lot_id)
            .where(persons.c.person_id.in_(people))
            .group_by(writings.record_id)
            .order_by(writings.record_id)
        )
        found = self._connection.execute(query)
        return tuple((RecordId(record), label) for record, label in found)

    def take_back(
        self, frame_id: FrameId, round_: int, *, version: int | None, by: UserId, at: datetime
    ) -> bool:
        """Store that a written frame is withdrawn. Returns False if it already was."""
        return self._add_new(
            conversion_takebacks,
            frame_id=frame_id,
            round=round_,
            version=version,
            taken_by=by,
            taken_at=at,
        )

    def destroy(
        self,
        frames: Sequence[tuple[FrameId, str]],
        payload_ids: Collection[int],
        *,
        by: UserId,
        at: datetime,
    ) -> int:
        """Destroy payloads of frames, and store each frame's provision; return how many."""
        rows = [
            {"frame_id": frame, "provision": provision, "destroyed_by": by, "destroyed_at": at}
            for frame, provision in frames
        ]
        self._add_all(conversion_destructions, rows)
        return self._transaction.payloads.delete(payload_ids)


def _sources_of(record_id: RecordId) -> Select[Any]:
    writings, items = conversion_writings.c, conversion_written_items.c
    settled = conversion_settlements.c
    is_taken_back = exists().where(
        conversion_takebacks.c.frame_id == items.frame_id,
        conversion_takebacks.c.round == items.round,
    )
    return (
        select(
            *(items.item_id, items.frame_id, items.is_second_source),
            *(conversion_lots.c.label, conversion_frames.c.number, conversion_frames.c.part),
            *(settled.first_keyer, settled.second_keyer, settled.settled_by),
            is_taken_back.label("is_taken_back"),
        )
        .join(
            conversion_writings,
            and_(writings.frame_id == items.frame_id, writings.round == items.round),
        )
        .join(
            conversion_settlements,
            and_(settled.frame_id == items.frame_id, settled.round == items.round),
        )
        .join(conversion_frames, conversion_frames.c.frame_id == items.frame_id)
        .join(conversion_lots, conversion_lots.c.lot_id == conversion_frames.c.lot_id)
        .where(writings.record_id == record_id)
        .order_by(items.item_id, conversion_frames.c.frame_row, items.round)
    )


def _source(row: AnyRow) -> ItemSource:
    return value_of(
        ItemSource,
        row,
        lot_label=row.label,
        keyers=(UserId(row.first_keyer), UserId(row.second_keyer)),
        is_taken_back=bool(row.is_taken_back),
    )
