"""Templates remade from images: generations beside those in force, and their switch."""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from domain.errors import NotFoundError, existing
from domain.ids import EncounterId, EncounterRow, GenerationId, PersonId, RemakeId, UserId
from domain.prints.prints import Impression
from domain.prints.templates import GenerationCount, TemplateGeneration
from prints.minutiae.iso19794_2 import MinutiaeView, encode_record
from prints.vectors.blobs import GALLERY_BYTES
from service.storage.engine.rows import AnyRow
from service.storage.people.gallery_feed import ADDITIONS, NAMED_IN_FORCE
from service.storage.people.people import locked_person
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.people import (
    SHOWN,
    encounters,
    gallery_changes,
    persons,
    remade_minutiae,
    remade_templates,
    template_generations,
    template_switches,
)
from service.storage.tables.workbench import capture_images, capture_sources
from service.storage.transaction import ANY_KEY, TransactionPart

_LATER = gallery_changes.alias("later")

_IS_HELD = (
    select(_LATER.c.kind)
    .where(_LATER.c.encounter_row == encounters.c.encounter_row)
    .order_by(_LATER.c.change_seq.desc())
    .limit(1)
    .correlate(encounters)
    .scalar_subquery()
    .in_(ADDITIONS)
)
"""The capture is in the gallery: neither erased nor hidden."""

_HAS_PICTURES = exists().where(capture_images.c.owner_id == encounters.c.encounter_id) | (
    exists().where(
        capture_sources.c.encounter_id == encounters.c.encounter_id,
        capture_images.c.owner_id == capture_sources.c.search_id,
    )
)


class Remakes(TransactionPart):
    """Remade templates. They are written once and in force only after a switch, which is final."""

    def begin(self, generation: TemplateGeneration) -> None:
        """Store a new generation, for which nothing has been made yet."""
        self._add(template_generations, generation)

    def open(self, tools: str | None = None) -> TemplateGeneration | None:
        """Return the newest generation not yet switched to, made with `tools` if named."""
        query = (
            select(template_generations)
            .where(~_is_switched(template_generations.c.generation_id))
            .order_by(template_generations.c.begun_at.desc())
            .limit(1)
        )
        if tools is not None:
            query = query.where(template_generations.c.tools == tools)
        return self._one(TemplateGeneration, query)

    def in_force(self) -> TemplateGeneration | None:
        """Return the generation to which the gallery was last switched."""
        query = (
            select(template_generations)
            .join(
                template_switches,
                template_switches.c.generation_id == template_generations.c.generation_id,
            )
            .order_by(template_switches.c.after_change.desc())
            .limit(1)
        )
        return self._one(TemplateGeneration, query)

    def waiting(
        self, tools: str, *, after: EncounterRow, limit: int
    ) -> tuple[tuple[EncounterRow, EncounterId], ...]:
        """Return captures with images that these tools have not yet remade, by row."""
        query = (
            select(encounters.c.encounter_row, encounters.c.encounter_id)
            .where(*self._waiting(tools), encounters.c.encounter_row > after)
            .order_by(encounters.c.encounter_row)
            .limit(limit)
        )
        rows = self._connection.execute(query)
        return tuple((EncounterRow(row), EncounterId(one)) for row, one in rows)

    def count(self, generation: TemplateGeneration | None, tools: str) -> GenerationCount:
        """Return the progress of a generation, or of one with these tools not yet begun."""
        made = {False: 0, True: 0}
        if generation is not None:
            query = (
                select(remade_templates.c.is_kept, func.count())
                .join(encounters, encounters.c.encounter_id == remade_templates.c.encounter_id)
                .where(remade_templates.c.generation_id == generation.generation_id, _IS_HELD)
                .group_by(remade_templates.c.is_kept)
            )
            made |= {bool(kept): n for kept, n in self._connection.execute(query)}
        return GenerationCount(
            made=made[False],
            kept=made[True],
            waiting=self._counted(*self._waiting(tools)),
            without_pictures=self._counted(_IS_HELD, ~_HAS_PICTURES),
        )

    def add(
        self,
        remake_id: RemakeId,
        generation_id: GenerationId,
        encounter_id: EncounterId,
        impressions: Sequence[Impression],
        views: Sequence[MinutiaeView],
    ) -> None:
        """Store a capture's templates. Raises NotFoundError if it is erased, or since remade by
        another run.
        """
        row, blob = self._capture(encounter_id)
        _, capture = self._transaction.codec.decode(blob)
        codec, payloads = self._transaction.codec, self._transaction.payloads
        made = codec.encode(impressions, capture, value_bytes=GALLERY_BYTES)
        payload_id = payloads.put(PayloadKind.TEMPLATES, made)
        self._store(remake_id, generation_id, row, payload_id=payload_id, is_kept=False)
        records = [encode_record((view,)) for view in views]
        ids = payloads.put_many(PayloadKind.MINUTIAE, records)
        self._add_all(
            remade_minutiae,
            [
                {
                    "remake_id": remake_id,
                    "position": int(view.position),
                    "person_row": row.person_row,
                    "payload_id": payload_id,
                }
                for view, payload_id in zip(views, ids, strict=True)
            ],
        )

    def keep(
        self, remake_id: RemakeId, generation_id: GenerationId, encounter_id: EncounterId
    ) -> None:
        """Record that a capture keeps its templates. Raises NotFoundError as `add` does."""
        row, _ = self._capture(encounter_id)
        kept = {"remake_id": remake_id, "encounter_id": encounter_id, "payload_id": row.payload_id}
        self._transaction.payloads.lend(remade_templates, [kept])
        self._store(remake_id, generation_id, row, payload_id=row.payload_id, is_kept=True)

    def switch(self, generation_id: GenerationId, by: UserId, at: datetime, *, after: int) -> None:
        """Put a generation in force and queue a change of each capture for the index.

        `after` is the last change of the gallery before the switch, locked.
        """
        self._add(
            template_switches,
            generation_id=generation_id,
            after_change=after,
            switched_by=by,
            switched_at=at,
        )
        made = (
            select(encounters.c.encounter_row)
            .join(remade_templates, remade_templates.c.encounter_id == encounters.c.encounter_id)
            .where(
                remade_templates.c.generation_id == generation_id,
                remade_templates.c.is_kept.is_(False),
                _IS_HELD,
            )
            .order_by(encounters.c.encounter_row)
        )
        self._transaction.changes.extend((row, SHOWN) for row in self._column(made))

    def _capture(self, encounter_id: EncounterId) -> tuple[AnyRow, bytes]:
        """Return a capture, locked against erasure, and its templates in force."""
        query = (
            select(
                encounters.c.encounter_id,
                encounters.c.person_row,
                persons.c.person_id,
                NAMED_IN_FORCE,
            )
            .select_from(encounters)
            .join(persons, persons.c.person_row == encounters.c.person_row)
            .where(encounters.c.encounter_id == encounter_id, _IS_HELD)
        )
        row = existing(self._row(query))
        locked_person(self._transaction, PersonId(row.person_id))
        blob = existing(self._body(PayloadKind.TEMPLATES, row))
        return row, blob

    def _store(
        self,
        remake_id: RemakeId,
        generation_id: GenerationId,
        row: AnyRow,
        *,
        payload_id: int,
        is_kept: bool,
    ) -> None:
        if not self._add_new(
            remade_templates,
            unless_taken=ANY_KEY,
            remake_id=remake_id,
            encounter_id=row.encounter_id,
            generation_id=generation_id,
            person_row=row.person_row,
            is_kept=is_kept,
            payload_id=payload_id,
        ):
            raise NotFoundError

    def _waiting(self, tools: str) -> tuple[ColumnElement[bool], ...]:
        made = exists().where(
            remade_templates.c.encounter_id == encounters.c.encounter_id,
            remade_templates.c.generation_id.in_(self._counting(tools)),
        )
        return _IS_HELD, _HAS_PICTURES, ~made

    def _counting(self, tools: str) -> list[str]:
        """Return the generations of these tools that count: not switched to, or in force. What
        these tools made before a switch to other tools is not in force, so it is remade.
        """
        query = (
            select(template_generations, template_switches.c.after_change)
            .select_from(template_generations)
            .outerjoin(
                template_switches,
                template_switches.c.generation_id == template_generations.c.generation_id,
            )
            .order_by(template_switches.c.after_change.desc())
        )
        rows = self._rows(query)
        switched = (row for row in rows if row.after_change is not None)
        in_force = takewhile(lambda row: row.tools == tools, switched)
        opened = [row for row in rows if row.after_change is None and row.tools == tools]
        return [row.generation_id for row in (*opened, *in_force)]

    def _counted(self, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(encounters).where(*conditions)
        return int(self._cell(query))


def _is_switched(generation_id: Any) -> ColumnElement[bool]:
    return exists().where(template_switches.c.generation_id == generation_id)
