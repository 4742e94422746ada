"""Subscriptions of certificate holders: the holder passes on a code, and sees who used it."""

from dataclasses import dataclass
from datetime import date

from domain.errors import ConflictError
from domain.events.looking import LookKind
from domain.requests.certificates import CheckAnswer
from domain.requests.disclosures import WatchAct, WatchCheck, WatchState
from service.usecases.applications.drafting import Access, opened_application
from service.usecases.certificates import watching
from service.usecases.log.recording import look
from service.usecases.services import Services


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
    with services.units.write() as unit:
        application = opened_application(services, unit, access)
        issued = unit.certificates.of_request(application.request_id)
        if not issued or issued[-1].answer is not CheckAnswer.VALID:
            raise ConflictError("This application has no valid certificate.")
        at = watching.WatchAt(services, unit, access.caller)
        certificate = issued[-1].certificate
        watching.begin_watch(
            at, application.request_id, confirm_within=watching.YEAR, certificate=certificate
        )
        unit.commit()
    return show_subscription(services, access)


def end_subscription(services: Services, access: Access) -> Subscription:
    """End the subscription: the code that the holder passed on stops working.

    Raises NotPermittedError, NotFoundError (also if no subscription is valid), ConflictError.
    """
    with services.units.write() as unit:
        application = opened_application(services, unit, access)
        at = watching.WatchAt(services, unit, access.caller)
        watching.step_watch(
            at, watching.valid_watch(at, application.request_id), WatchAct.ENDED, at.today
        )
        unit.commit()
    return show_subscription(services, access)


def show_subscription(services: Services, access: Access) -> Subscription:
    """Return the subscription of a holder, with every question that was asked with its code.

    Raises NotPermittedError, NotFoundError, ConflictError (the application is not sent yet).
    """
    today = services.surroundings.clock().date()
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
    code = watching.holder_code(services, valid[-1].watch_id)
    return Subscription(number, code, valid[-1].last_day, checks)
