"""Facts for inspectors, read from stored rows, without the name of any account or person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, func, select

from domain.conversion.form import ErrorClass
from domain.conversion.frames import LotVerdict
from domain.ids import EventType
from domain.publication import Stage
from service.storage.tables.conversion import (
    conversion_draw_units,
    conversion_lot_decisions,
    conversion_unit_readings,
)
from service.storage.tables.log import event_subjects, events
from service.storage.tables.office import countable_facts
from service.storage.tables.requests import disclosure_notices, notice_acknowledgements
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class Ended:
    """A request or case that has ended; these form the population from which a sample is drawn."""

    subject_id: str
    service: str
    counted_on: date
    outcome: str
    timeliness: str


@dataclass(frozen=True, slots=True)
class Use:
    """How often an event of one type (an access or refusal) happened, for how many accounts."""

    event_type: str
    events: int
    accounts: int


@dataclass(frozen=True, slots=True)
class OpenNotice:
    """A notice that its recipient has not acknowledged."""

    notice_id: str
    kind: str
    given_on: date


@dataclass(frozen=True, slots=True)
class ReadUnits:
    """The number of fields of old records read by samplers, in lots with the same verdict."""

    verdict: LotVerdict
    error_class: ErrorClass
    is_seeded: bool
    """Whether an error was planted for the sampler to find."""
    read: int
    wrong: int
    """The number that the sampler found to differ from the text of the frame."""


class AuditRows(TransactionPart):
    """Facts for inspectors. Read-only."""

    def ended(self, first: date, last: date) -> tuple[Ended, ...]:
        """Return the requests and cases that ended between two days, inclusive, in order."""
        facts = countable_facts.c
        query = (
            select(
                facts.subject_id,
                facts.service,
                facts.counted_on,
                facts.outcome,
                facts.timeliness,
            )
            .where(
                facts.stage == Stage.CLOSED.value,
                facts.counted_on >= first,
                facts.counted_on <= last,
            )
            .order_by(facts.fact_row)
        )
        return tuple(Ended(*row) for row in self._connection.execute(query))

    def use(
        self, types: Collection[EventType], since: datetime, until: datetime
    ) -> tuple[Use, ...]:
        """Return how often events of these types happened from `since` until before `until`."""
        query = (
            select(events.c.event_type, func.count(), func.count(events.c.actor.distinct()))
            .where(
                events.c.event_type.in_(sorted(types)),
                events.c.at >= since,
                events.c.at < until,
            )
            .group_by(events.c.event_type)
            .order_by(events.c.event_type)
        )
        return tuple(Use(*row) for row in self._connection.execute(query))

    def has_pack(self, sums_sha256: str) -> bool:
        """Whether the log has an event for an inspection pack with this digest of its sums."""
        query = select(event_subjects.c.seq).where(event_subjects.c.subject_ref == sums_sha256)
        return self._has(query)

    def open_notices(self) -> tuple[OpenNotice, ...]:
        """Return notices without an acknowledgement, oldest first."""
        query = (
            select(
                disclosure_notices.c.notice_id,
                disclosure_notices.c.kind,
                disclosure_notices.c.given_on,
            )
            .outerjoin(
                notice_acknowledgements,
                notice_acknowledgements.c.notice_id == disclosure_notices.c.notice_id,
            )
            .where(notice_acknowledgements.c.notice_id.is_(None))
            .order_by(disclosure_notices.c.given_on, disclosure_notices.c.notice_row)
        )
        return tuple(OpenNotice(*row) for row in self._connection.execute(query))

    def lots(self, since: datetime, until: datetime) -> Mapping[LotVerdict, int]:
        """Return the number of lots of old records with each verdict in a period.

        The period is from `since`, inclusive, to `until`, exclusive.
        """
        made = conversion_lot_decisions.c
        query = (
            select(made.decision, func.count())
            .where(made.decided_at >= since, made.decided_at < until)
            .group_by(made.decision)
        )
        return {LotVerdict(name): count for name, count in self._connection.execute(query)}

    def read_units(self, since: datetime, until: datetime) -> tuple[ReadUnits, ...]:
        """Return the readings of the samples on which lots were decided in a period.

        The period is from `since`, inclusive, to `until`, exclusive.
        """
        made, units = conversion_lot_decisions.c, conversion_draw_units.c
        readings = conversion_unit_readings.c
        wrong = func.sum(case((readings.is_right, 0), else_=1))
        groups = (made.decision, units.error_class, units.is_seeded)
        query = (
            select(*groups, func.count(), wrong)
            .join_from(
                conversion_lot_decisions,
                conversion_draw_units,
                and_(*(made[name] == units[name] for name in _DRAW)),
            )
            .join(
                conversion_unit_readings,
                and_(*(units[name] == readings[name] for name in (*_DRAW, "place"))),
            )
            .where(made.decided_at >= since, made.decided_at < until)
            .group_by(*groups)
            .order_by(*groups)
        )
        return tuple(
            ReadUnits(LotVerdict(verdict), ErrorClass(kind), bool(is_seeded), int(read), int(bad))
            for verdict, kind, is_seeded, read, bad in self._connection.execute(query)
        )


_DRAW = ("lot_id", "round", "draw")
