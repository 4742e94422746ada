"""Acknowledgements of disclosures, and notices to their recipients about later changes.

After a correction, an erasure or a revocation, every recipient of the changed data must be sent a
notice. The worker derives the notices owed from the stored rows, so no way of changing a record
can leave out its recipients.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.access.access import Caller, Purpose, Scope, service_itself
from domain.errors import existing
from domain.events.looking import LookKind
from domain.events.requests import DisclosureAcknowledged, NoticeAcknowledged, NoticeGiven
from domain.ids import DisclosureId, NoticeId, RequestId
from domain.list_pages import ListPage
from domain.requests.disclosures import NOTICE_CLOCK, DisclosureNotice
from domain.requests.requests import Party
from rules.clocks import clock_rule, due_day
from service.storage.requests.notices import OwedNotice
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.services import StoreServices

NOTIFIER = service_itself("notifier", Purpose.RECORD_MANAGEMENT)
"""The actor that gives notices: the service itself, which has no token."""

_AT_ONCE = 100


def give_owed_notices(services: StoreServices, is_stopped: Callable[[], bool]) -> int:
    """Give the notices that are owed, up to a limit, in one transaction; return how many.

    If interrupted, it can be run again and still gives each notice only once.
    """
    if is_stopped():
        return 0
    with services.units.read() as unit:
        owed = unit.disclosure_notices.owed(_AT_ONCE)
    if not owed:
        return 0
    today = services.today()
    with services.units.begin() as unit:
        return sum(_give(services, unit, one, today) for one in owed)


def _give(services: StoreServices, unit: UnitOfWork, owed: OwedNotice, today: date) -> bool:
    notice = DisclosureNotice(
        NoticeId(services.new_id()), owed.disclosure_id, owed.kind, today, owed.about, owed.version
    )
    if not unit.disclosure_notices.give(notice):
        return False
    event = NoticeGiven(
        notice.notice_id, notice.disclosure_id, notice.kind, notice.about, notice.version
    )
    record(services, unit, NOTIFIER, event)
    return True


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A recipient that has not acknowledged a notice, and the day by which it should."""

    notice: DisclosureNotice
    recipient: Party
    request_id: RequestId
    due_on: date | None
    """The last day for an acknowledgement in time; None if there is none."""
    is_late: bool
    """Whether the last day has passed."""


def unanswered_notices(
    services: StoreServices, caller: Caller, *, after: str | None = None, limit: int
) -> ListPage[Unanswered, str]:
    """Return the recipients that have not acknowledged a change, oldest notice first.

    Raises NotPermittedError.
    """
    today = services.today()
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        page = unit.disclosure_notices.unanswered(after=after, limit=limit)
    found = page.items
    dues = [notice_due_on(one.notice) for one in found]
    shown = [(one.notice.notice_id, one.request_id) for one in found]
    look(services, caller, LookKind.UNANSWERED, (ref for pair in shown for ref in pair))
    told = tuple(
        Unanswered(one.notice, one.recipient, one.request_id, due, due is not None and due < today)
        for one, due in zip(found, dues, strict=True)
    )
    return ListPage(told, page.next_key)


def notice_due_on(notice: DisclosureNotice) -> date | None:
    """Return the last day on which acknowledging a notice is in time."""
    return due_day(clock_rule(NOTICE_CLOCK), notice.given_on)


def acknowledge_disclosure(
    services: StoreServices, caller: Caller, disclosure_id: DisclosureId
) -> None:
    """Record that a recipient has received an answer. Doing this again changes nothing.

    Raises NotPermittedError, NotFoundError.
    """
    with services.begin(caller, Scope.WORK_REQUESTS) as unit:
        existing(unit.disclosures.get(disclosure_id))
        if unit.disclosures.acknowledge(disclosure_id, caller.actor.user_id, services.now()):
            record(services, unit, caller, DisclosureAcknowledged(disclosure_id))


def acknowledge_notice(services: StoreServices, caller: Caller, notice_id: NoticeId) -> None:
    """Record that a recipient has acknowledged a change. Doing this again changes nothing.

    Raises NotPermittedError, NotFoundError.
    """
    with services.begin(caller, Scope.WORK_REQUESTS) as unit:
        existing(unit.disclosure_notices.get(notice_id))
        if unit.disclosure_notices.acknowledge(notice_id, caller.actor.user_id, services.now()):
            record(services, unit, caller, NoticeAcknowledged(notice_id))
