"""Duties worked out from new versions of records, each with its message.

All nationalities count, whether there are prints or not, and our own nationality beside another
changes nothing. The check of this is `service.storage.exchange.register`, which shares no code
with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.events.exchange import MessagesQueued, RecordsSurveyed
from domain.exchange.codec import write_message
from domain.exchange.codes import DeletionReason, MessageKind
from domain.exchange.duties import DutyKey
from domain.exchange.fan_out import NOTHING, Change, Held, changes
from domain.exchange.identifiers import MessageNumber, StateCode
from domain.exchange.messages import (
    Content,
    Deletion,
    Envelope,
    Message,
    Notification,
    Update,
)
from domain.items import content_of
from rules.clocks import clock_rule, due_day
from rules.code_tables import Standing
from service.storage.exchange.outbox import Outgoing
from service.storage.exchange.surveys import UnsurveyedVersion
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.desk import EXCHANGER, ExchangeDesk
from service.usecases.exchange.stating import conviction_stated, person_stated
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

CLOCK = "exchange-notification"
"""The clock rule of every duty."""


@dataclass(frozen=True, slots=True)
class Told:
    """One change of one version of a record, to be told to one State."""

    version: UnsurveyedVersion
    change: Change
    receivers: tuple[StateCode, ...]
    """Every State that is told of the same change."""

    @property
    def key(self) -> DutyKey:
        """The duty that the message fulfils."""
        version = self.version
        return DutyKey(version.record_id, self.change.item_id, version.version, self.change.state)

    @property
    def due_on(self) -> date:
        """The last day in time."""
        due = due_day(clock_rule(CLOCK), self.change.began_on)
        # A clock without pauses always ends.
        assert due is not None  # noqa: S101
        return due


def survey_records(services: StoreServices, desk: ExchangeDesk) -> int:
    """Work out the duties of versions of records, up to a limit; return how many were surveyed.

    Each version, its messages and their events are one transaction with it: after a crash at any
    moment a version is either surveyed with all its messages queued, or not at all.
    """
    now = services.surroundings.clock()
    with services.units.write() as unit:
        waiting = unit.surveys.waiting(now, desk.at_once)
        if not waiting:
            return 0
        unit.surveys.mark([one.record_row for one in waiting], now)
        told, exempt = _due(desk, waiting)
        _queue(services, unit, desk, told)
        event = RecordsSurveyed(len(waiting), len(told), exempt, waiting[-1].record_row)
        record(unit, services.surroundings, EXCHANGER, event)
        unit.commit()
    return len(waiting)


def _due(desk: ExchangeDesk, waiting: Sequence[UnsurveyedVersion]) -> tuple[list[Told], int]:
    """Return the duties to tell, and how many duties are exempt by date or State."""
    every = [one for version in waiting for one in _told(version, desk.own)]
    due = [one for one in every if _is_due(desk, one.change)]
    return due, len(every) - len(due)


def _told(version: UnsurveyedVersion, own: StateCode) -> Iterator[Told]:
    if version.items is None:
        return
    before = NOTHING if version.before is None else Held.of(version.before)
    amended_on = version.amended_at.date() if version.amended_at else None
    found = list(changes(before, Held.of(version.items), own, amended_on))
    for change in found if not version.restricts else map(_restricted, found):
        same = (one for one in found if (one.item_id, one.kind) == (change.item_id, change.kind))
        yield Told(version, change, tuple(one.state for one in same))


def _restricted(change: Change) -> Change:
    is_deletion = change.kind is MessageKind.DELETION
    return replace(change, reason=DeletionReason.RESTRICTED) if is_deletion else change


def _is_due(desk: ExchangeDesk, change: Change) -> bool:
    standing = desk.members.standing(change.state, change.began_on)
    return change.began_on >= desk.since and standing is Standing.IN_FORCE


def _queue(
    services: StoreServices, unit: UnitOfWork, desk: ExchangeDesk, told: Sequence[Told]
) -> None:
    now = services.surroundings.clock()
    numbers = unit.outbox.numbers(len(told)) if told else []
    made = [_outgoing(desk, one, row, now) for one, row in zip(told, numbers, strict=True)]
    for start in range(0, len(made), desk.at_once):
        group = made[start : start + desk.at_once]
        unit.outbox.queue(group)
        event = MessagesQueued(tuple(one.message_id for one in group), len(group))
        record(unit, services.surroundings, EXCHANGER, event)


def _outgoing(desk: ExchangeDesk, told: Told, row: int, now: datetime) -> Outgoing:
    change, version = told.change, told.version
    number = MessageNumber(desk.own, change.state, change.kind, row)
    envelope = Envelope(
        message_id=number.message_id,
        sender=desk.own,
        receivers=tuple(dict.fromkeys(told.receivers)),
        sent_at=now.replace(microsecond=0),
        version_at=version.amended_at,
        deadline=told.due_on,
    )
    return Outgoing(
        row,
        number.message_id,
        change.kind,
        change.state,
        write_message(Message(envelope, _content(told))),
        now,
        duty=told.key,
        # A deletion says nothing about the person: it is sent although they are erased meanwhile.
        person_row=None if change.kind is MessageKind.DELETION else version.person_row,
        due_on=told.due_on.isoformat(),
    )


def _content(told: Told) -> Content:
    change, version = told.change, told.version
    conviction_id = f"{version.record_id}.{change.item_id}"
    if change.reason is not None:
        return Deletion(conviction_id, version.version, change.reason)
    # Only a deletion is told of a version that holds nothing any more.
    assert version.items is not None  # noqa: S101
    details = content_of(version.items.held).details
    person = person_stated(details, has_prints=version.has_prints, reference=version.person_id)
    stated = conviction_stated(
        change.conviction, conviction_id=conviction_id, version=version.version
    )
    kind = Update if change.kind is MessageKind.UPDATE else Notification
    return kind(person, stated)
