"""Duties to notify other States, from new record versions and erasures; and exempted duties.

All nationalities count, whether or not there are prints. Having our own nationality as well
changes nothing. The results are checked by `service.storage.exchange.register`, which shares no
code with this module.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.access.access import Caller, Scope
from domain.errors import InvalidInputError, existing
from domain.events.exchange import DutyExempted, MessageRequeued, RecordsSurveyed
from domain.exchange import duties
from domain.exchange.codes import DeletionReason, MessageId, MessageKind, StateCode
from domain.exchange.messages import Content, Deletion, Notification, Update
from domain.office_days import office_day
from domain.people.items import content_of
from domain.plain_text import require_words
from rules.clocks import clock_rule, due_day
from rules.code_tables import Standing
from service.storage.exchange.outbox import SentMessage
from service.storage.exchange.surveys import ErasedConviction, UnsurveyedVersion
from service.usecases.exchange.asking import Draft, outgoing, put_in_queue, queue_in_groups
from service.usecases.exchange.desk import EXCHANGER, AtDesk, ExchangeDesk
from service.usecases.exchange.stating import conviction_stated, person_stated
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

CLOCK = "exchange-notification"
"""The name of the clock rule that sets the deadline of every duty."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change in one version of a record. One State must be notified of this change."""

    version: UnsurveyedVersion
    change: duties.Change
    receivers: tuple[StateCode, ...]
    """Every State that is notified of the same change."""

    @property
    def key(self) -> duties.DutyKey:
        """The duty that the message fulfils."""
        version = self.version
        return duties.DutyKey(
            version.record_id, self.change.item_id, version.version, self.change.state
        )

    @property
    def due_on(self) -> date:
        """The last day on which the message is in time."""
        due = due_day(clock_rule(CLOCK), self.change.began_on)
        # A clock without pauses always has a last day.
        assert due is not None  # noqa: S101
        return due


def survey_records(services: StoreServices, desk: ExchangeDesk) -> int:
    """Work out the duties of new record versions, up to a limit; return how many versions.

    The survey of a version, its messages and their events are one transaction. After a crash at
    any moment, a version has either been surveyed with all its messages queued, or not at all.
    """
    now = services.now()
    with services.units.begin() as unit:
        waiting = unit.surveys.waiting(now, desk.at_once)
        if not waiting:
            return 0
        unit.surveys.mark([one.record_row for one in waiting], now)
        told, exempt = _due(desk, waiting)
        _queue(AtDesk(services, unit, desk), told)
        event = RecordsSurveyed(len(waiting), len(told), exempt, waiting[-1].record_row)
        record(services, unit, EXCHANGER, event)
    return len(waiting)


def _due(desk: ExchangeDesk, waiting: Sequence[UnsurveyedVersion]) -> tuple[list[Told], int]:
    """Return the duties to notify, and how many duties are exempt by date or State."""
    every = [one for version in waiting for one in _told(version, desk.own)]
    due = [one for one in every if _is_due(desk, one.change)]
    return due, len(every) - len(due)


def queue_told(
    services: StoreServices, desk: ExchangeDesk, keys: Collection[duties.DutyKey]
) -> int:
    """Queue messages for those of these duties that have none yet; return how many.

    The versions are read as they were when surveyed. Raises ConflictError if another process
    queued them first.
    """
    with services.units.begin() as unit:
        wanted = set(keys) - unit.outbox.told(keys)
        versions = unit.surveys.surveyed(wanted) if wanted else ()
        told = [one for version in versions for one in _told(version, desk.own)]
        due = [one for one in told if one.key in wanted and _is_due(desk, one.change)]
        if not due:
            return 0
        _queue(AtDesk(services, unit, desk), due)
    return len(due)


def _told(version: UnsurveyedVersion, own: StateCode) -> Iterator[Told]:
    if version.items is None:
        return
    before = duties.NOTHING if version.before is None else duties.Held.of(version.before)
    amended_on = office_day(version.amended_at) if version.amended_at else None
    found = list(duties.changes(before, duties.Held.of(version.items), own, amended_on))
    for change in found if not version.restricts else map(_restricted, found):
        same = (one for one in found if (one.item_id, one.kind) == (change.item_id, change.kind))
        yield Told(version, change, tuple(one.state for one in same))


def _restricted(change: duties.Change) -> duties.Change:
    is_deletion = change.kind is MessageKind.DELETION
    return replace(change, reason=DeletionReason.RESTRICTED) if is_deletion else change


def _is_due(desk: ExchangeDesk, change: duties.Change) -> bool:
    standing = desk.members.standing(change.state, change.began_on)
    return change.began_on >= desk.since and standing is Standing.IN_FORCE


def _queue(at: AtDesk, told: Sequence[Told]) -> None:
    now, rows = at.now, at.unit.outbox.numbers(len(told)) if told else []
    made = [
        outgoing(at.desk, _told_by(one), one.change.state, row, now)
        for one, row in zip(told, rows, strict=True)
    ]
    queue_in_groups(at, made)


def _told_by(told: Told) -> Draft:
    change, version = told.change, told.version
    # A deletion says nothing about the person, so it is sent even if the person is erased
    # meanwhile.
    is_deletion = change.kind is MessageKind.DELETION
    return Draft(
        change.kind,
        tuple(dict.fromkeys(told.receivers)),
        _content(told),
        deadline=told.due_on,
        duty=told.key,
        version_at=version.amended_at,
        person_row=None if is_deletion else version.person_row,
    )


def _content(told: Told) -> Content:
    change, version = told.change, told.version
    conviction_id = f"{version.record_id}.{change.item_id}"
    if change.reason is not None:
        return Deletion(conviction_id, version.version, change.reason)
    # If a version no longer holds anything, only a deletion is sent for it.
    assert version.items is not None  # noqa: S101
    details = content_of(version.items.held).details
    person = person_stated(details, has_prints=version.has_prints, reference=version.person_id)
    stated = conviction_stated(
        change.conviction, conviction_id=conviction_id, version=version.version
    )
    kind = Update if change.kind is MessageKind.UPDATE else Notification
    return kind(person, stated)


# DPA 2018 s48(8) and (9): a controller that erases data notifies the recipients, who must erase it
# too. The message carries the number of the conviction and nothing about the person.


def tell_erased(services: StoreServices, desk: ExchangeDesk) -> int:
    """Queue the deletion messages that erasures require, up to a limit; return how many.

    Which messages are due is derived from stored rows, so every kind of erasure is covered and no
    message is sent twice.
    """
    today = services.today()
    with services.units.read() as unit:
        if not _still_told(desk, unit.erased_duties.waiting(), today):
            return 0
    with services.units.begin() as unit:
        due = _still_told(desk, unit.erased_duties.waiting(), today)[: desk.at_once]
        put_in_queue(AtDesk(services, unit, desk), [_draft(one, today) for one in due])
    return len(due)


def _still_told(
    desk: ExchangeDesk, waiting: Sequence[ErasedConviction], today: date
) -> list[ErasedConviction]:
    """Leave out States that were not members on the day of the erasure: they are not notified."""
    return [
        one
        for one in waiting
        if desk.members.standing(one.key.state, _began(one, today)) is Standing.IN_FORCE
    ]


def _began(erased: ErasedConviction, today: date) -> date:
    return office_day(erased.erased_at) if erased.erased_at else today


def _draft(erased: ErasedConviction, today: date) -> Draft:
    key = erased.key
    content = Deletion(f"{key.record_id}.{key.item_id}", key.version, DeletionReason.ERASED)
    due_on = due_day(clock_rule(CLOCK), _began(erased, today))
    return Draft(MessageKind.DELETION, (key.state,), content, deadline=due_on, duty=key)


@dataclass(frozen=True, slots=True)
class ExemptDuty:
    """A duty to exempt, and the reason."""

    key: duties.DutyKey
    code: duties.ExemptionCode
    words: str


def exempt_duty(services: StoreServices, caller: Caller, command: ExemptDuty) -> duties.Exemption:
    """Record that a State need not be notified. Information already sent is not recalled.

    Raises NotPermittedError, NotFoundError (no such version of a record), InvalidInputError (no
    reason, or an exemption that the service computes), ConflictError (already exempt).
    """
    caller.actor.require(Scope.OPERATE)
    require_words(command.words, "/words")
    if command.code in duties.COMPUTED:
        raise InvalidInputError(
            "The service decides on this exemption itself, so nobody can grant it by hand.",
            pointer="/code",
        )
    key = command.key
    exemption = duties.Exemption(
        services.new_id(),
        key,
        command.code,
        command.words.strip(),
        caller.actor.user_id,
        services.now(),
    )
    with services.units.begin() as unit:
        held = existing(unit.records.version(key.record_id, key.version))
        unit.exemptions.add(exemption)
        event = DutyExempted.of(
            key,
            exemption_id=exemption.exemption_id,
            person_id=held.head.person_id,
            code=command.code,
        )
        record(services, unit, caller, event)
    return exemption


def dead_letters(services: StoreServices, limit: int = 100) -> tuple[SentMessage, ...]:
    """Return messages that a State refused with a fault, oldest first."""
    with services.units.read() as unit:
        return unit.outbox.dead_letters(limit)


def queue_again(services: StoreServices, caller: Caller, message_id: MessageId) -> None:
    """Queue a message to be sent again, unchanged and with the same id.

    Raises NotPermittedError, NotFoundError (unknown, or already waiting).
    """
    with services.begin(caller, Scope.OPERATE) as unit:
        known = existing(unit.outbox.of([message_id]).get(message_id))
        existing(unit.outbox.queue_again(message_id, services.now()) or None)
        record(services, unit, caller, MessageRequeued(message_id, known.kind))
