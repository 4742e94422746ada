"""Documents handed over to applicants, and subscriptions: the holder of a certificate passes on a
code, and sees who used it.

A case officer deliberately releases each document. The public pages can reach only a copy that an
officer has made available, for one application, for some days and a few downloads. Certificates,
answers and records stay in their own storage, and no call from the public pages reads them.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.access.access import Caller, Scope
from domain.applications.states import Application, Handover, HandoverId, Paper, last_day_of
from domain.errors import ConflictError, NotFoundError, existing
from domain.events.applications import PaperFetched, PaperHandedOver
from domain.events.looking import LookKind
from domain.ids import RequestId
from domain.office_days import office_day
from domain.requests.certificates import CheckAnswer
from domain.requests.disclosures import WatchAct, WatchCheck, WatchState
from domain.requests.requests import RequestFile
from service.storage.unit_of_work import UnitOfWork
from service.usecases.applications.drafting import Access, opened_application
from service.usecases.certificates import checking
from service.usecases.certificates.checking import certificate_document
from service.usecases.log.recording import look, record
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.own_answers import OwnDocument, own_document, released_answer
from service.usecases.requests.stepping import AtWork
from service.usecases.services import Services, StoreServices

PDF = "application/pdf"
_AT_A_TIME = 50

PrintOwn = Callable[[OwnDocument], bytes]
"""Prints a person's own-data answer as PDF."""


def hand_over(
    services: Services, caller: Caller, request_id: RequestId, print_own: PrintOwn
) -> Handover:
    """Make the released document of an application available to its applicant.

    Raises NotPermittedError, NotFoundError (no request, or nothing was released),
    PayloadErasedError, PdfNotInstalledError, ConflictError (the application was not made on the
    public pages, this kind has no document, the certificate is not valid, or the document is
    already available).
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    source_id, name, content = _document(services, caller, request_id, print_own)
    now = services.now()
    with services.units.begin() as unit:
        file = existing(unit.requests.file(request_id))
        application = _application(unit, request_id)
        unit.handovers.claim(application.application_id)
        ready = unit.handovers.ready(application.application_id, office_day(now))
        if source_id in {one.source_id for one in ready}:
            raise ConflictError("This document is already available to the applicant.")
        handover = Handover(
            HandoverId(services.new_id()),
            application.application_id,
            request_id,
            source_id,
            name,
            PDF,
            hashlib.sha256(content).hexdigest(),
            len(content),
            caller.actor.user_id,
            now,
            last_day_of(now),
        )
        unit.handovers.add(handover, file.person_id, content)
        record(services, unit, caller, PaperHandedOver.of(handover, request_id=request_id))
    return handover


def _application(unit: UnitOfWork, request_id: RequestId) -> Application:
    found = unit.applications.of_request(request_id)
    if found is None:
        raise ConflictError(
            "This application was not made online, so it cannot be answered online: "
            "send the answer to the applicant yourself, for example by post."
        )
    return found


def _document(
    services: Services, caller: Caller, request_id: RequestId, print_own: PrintOwn
) -> tuple[str, str, bytes]:
    """Return the id, the file name and the bytes of the document that was released."""
    with services.units.read() as unit:
        file = existing(unit.requests.file(request_id))
        _application(unit, request_id)
    kind = kind_named(file.request.kind)
    if kind.is_certified:
        return _certificate(services, caller, file)
    if kind.has_answer:
        answer, found = released_answer(services, caller, request_id)
        return answer.answer_id, "answer.pdf", print_own(own_document(answer, found))
    raise ConflictError("Requests of this kind are answered by letter: send the answer by post.")


def _certificate(services: Services, caller: Caller, file: RequestFile) -> tuple[str, str, bytes]:
    with services.units.read() as unit:
        issued = unit.certificates.of_request(file.request.request_id)
    if not issued or issued[-1].answer is not CheckAnswer.VALID:
        raise ConflictError("This application has no valid certificate: issue one first.")
    certificate_id = issued[-1].certificate.certificate_id
    content = certificate_document(services, caller, certificate_id)
    return certificate_id, "certificate.pdf", content


def handovers_of(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> tuple[Handover, ...]:
    """Return the documents handed over for a request, with how often each was downloaded.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        existing(unit.requests.file(request_id))
        found = unit.handovers.of_request(request_id)
    look(services, caller, LookKind.APPLICATION, (request_id,))
    return found


def fetch_handed(services: Services, access: Access, number: int) -> Paper:
    """Return the available document with this number (the first is 1).

    The download is counted and logged. Raises NotPermittedError, NotFoundError (no application has
    this reference and code, or no available document has this number) and ConflictError (the
    documents have not been sent yet, or are being downloaded now).
    """
    now = services.now()
    with services.units.read() as unit:
        # Check the code in a read transaction first: a wrong guess then never delays writers.
        application = opened_application(services, unit, access)
    with services.units.begin() as unit:
        ready = unit.handovers.ready(application.application_id, office_day(now))
        if not 1 <= number <= len(ready):
            raise NotFoundError
        handover = ready[number - 1]
        content = existing(unit.handovers.content(handover.handover_id))
        fetch_id, count = services.new_id(), handover.fetched + 1
        by = access.caller.actor.user_id
        if not unit.handovers.fetch(fetch_id, handover, count, by, now):
            raise ConflictError(
                "Somebody else is downloading the document: try again in a moment."
            )
        event = PaperFetched(fetch_id, handover.handover_id, application.application_id, count)
        record(services, unit, access.caller, event)
    return Paper(handover.name, handover.media_type, content)


def destroy_spent_copies(services: StoreServices, is_stopping: Callable[[], bool]) -> int:
    """Destroy the copies whose days or downloads are used up, and return how many."""
    today, destroyed = services.today(), 0
    while not is_stopping():
        with services.units.begin() as unit:
            found = unit.handovers.destroy_spent(today, _AT_A_TIME)
        destroyed += found
        if found < _AT_A_TIME:
            break
    return destroyed


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as its holder sees it."""

    number: str
    """The number of the certificate; empty while the application has none."""
    code: str = ""
    """What the holder passes on; empty without a valid subscription."""
    last_day: date | None = None
    """The subscription ends with this day; None without one."""
    checks: tuple[WatchCheck, ...] = ()
    """Who asked, oldest first, earlier subscriptions included."""


def subscribe(services: Services, access: Access) -> Subscription:
    """Begin to watch the certificate of an application for twelve months.

    Raises NotPermittedError, NotFoundError, ConflictError (no valid certificate, or subscribed
    already).
    """
    with services.units.begin() as unit:
        application = opened_application(services, unit, access)
        issued = unit.certificates.of_request(application.request_id)
        if not issued or issued[-1].answer is not CheckAnswer.VALID:
            raise ConflictError("This application has no valid certificate.")
        at = _at_work(services, unit, access, application)
        certificate = issued[-1].certificate
        checking.begin_watch(at, confirm_within=checking.YEAR, certificate=certificate)
    return show_subscription(services, access)


def end_subscription(services: Services, access: Access) -> Subscription:
    """End the subscription: the code that the holder passed on stops working.

    Raises NotPermittedError, NotFoundError (also if no subscription is valid), ConflictError.
    """
    with services.units.begin() as unit:
        application = opened_application(services, unit, access)
        at = _at_work(services, unit, access, application)
        checking.step_watch(at, checking.valid_watch(at), WatchAct.ENDED, at.today)
    return show_subscription(services, access)


def _at_work(
    services: Services, unit: UnitOfWork, access: Access, application: Application
) -> AtWork:
    file = existing(unit.requests.file(application.request_id))
    return AtWork(services, unit, access.caller, file)


def show_subscription(services: Services, access: Access) -> Subscription:
    """Return the subscription of a holder, with every question that was asked with its code.

    Raises NotPermittedError, NotFoundError, ConflictError (the application is not sent yet).
    """
    today = services.today()
    with services.units.read() as unit:
        application = opened_application(services, unit, access)
        issued = unit.certificates.of_request(application.request_id)
        number = issued[-1].certificate.number if issued else ""
        found = unit.watches.of_request(application.request_id)
        checks = tuple(check for one in found for check in unit.watches.checks(one.watch_id))
    refs = (application.application_id, application.request_id)
    look(services, access.caller, LookKind.APPLICATION, refs)
    valid = [one for one in found if one.state(today) is WatchState.WATCHING]
    if not valid:
        return Subscription(number, checks=checks)
    code = checking.holder_code(services, valid[-1].watch_id)
    return Subscription(number, code, valid[-1].last_day, checks)
