"""Certificates after issue: checked by anybody, watched by their holders, and revoked."""

from dataclasses import replace
from datetime import date

from domain import errors
from domain.access.access import Caller, Scope
from domain.events import certificates as events
from domain.events.looking import LookKind
from domain.ids import CertificateId, RequestId
from domain.office_days import office_day
from domain.plain_text import require_words
from domain.requests import certificates
from domain.requests.disclosures import (
    Watch,
    WatchAct,
    WatchAnswer,
    WatchCheck,
    WatchState,
    WatchStep,
)
from rules.clocks import Length, last_day
from service.live.refusals import unknown_certificate
from service.usecases.certificates.issuing import CHECKER
from service.usecases.log.recording import look, record, record_refusal
from service.usecases.requests.doubts import check_still_not_held
from service.usecases.requests.stepping import AtWork
from service.usecases.services import Services, StoreServices


def check_certificate(services: StoreServices, number: str, code: str) -> certificates.CheckAnswer:
    """Return whether the certificate with this number and code is valid.

    A wrong code gives the same answer as a number that was never issued. Each check of a
    certificate is logged. Wrong guesses are counted, with at most two events per time window.
    """
    digest = certificates.code_digest(number, code)
    with services.units.read() as unit:
        found = unit.certificates.checked(digest)
    if found is None:
        record_refusal(services, unknown_certificate(CHECKER))
        return certificates.CheckAnswer.UNKNOWN
    event = events.CertificateChecked(found.answer, found.certificate.certificate_id)
    with services.units.begin() as unit:
        record(services, unit, CHECKER, event)
    return found.answer


def certificates_of(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> tuple[certificates.StandingCertificate, ...]:
    """Return the certificates of a request, oldest first, and whether each is valid now.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        errors.existing(unit.requests.file(request_id))
        found = unit.certificates.of_request(request_id)
    named = (one.certificate.certificate_id for one in found)
    look(services, caller, LookKind.CERTIFICATES, (request_id, *named))
    return found


def certificate_document(
    services: StoreServices, caller: Caller, certificate_id: CertificateId
) -> bytes:
    """Return the PDF document of a certificate, with the credential embedded in it.

    Raises NotPermittedError, NotFoundError, PayloadErasedError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        errors.existing(unit.certificates.get(certificate_id))
        document = unit.certificates.document(certificate_id)
    if document is None:
        raise errors.PayloadErasedError("The document has been erased with the person's record.")
    look(services, caller, LookKind.CERTIFICATE, (certificate_id,))
    return document


def revoke_certificate(
    services: StoreServices,
    caller: Caller,
    certificate_id: CertificateId,
    ground: certificates.RevocationGround,
    words: str,
) -> None:
    """Revoke a certificate.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no reason), AlreadyRevokedError.
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    require_words(words, "/words")
    with services.units.begin() as unit:
        errors.existing(unit.certificates.get(certificate_id))
        is_new = unit.certificates.revoke(
            certificate_id, ground, words, by=caller.actor.user_id, at=services.now()
        )
        if not is_new:
            raise errors.AlreadyRevokedError("This certificate is already revoked.")
        record(services, unit, caller, events.CertificateRevoked(certificate_id, ground))


YEAR, QUARTER = Length(months=12), Length(months=3)
"""How long a watch lasts, and how often an agency must confirm it. A choice of this software."""


def begin_watch(
    at: AtWork,
    *,
    confirm_within: Length,
    certificate: certificates.Certificate | None = None,
    agency: str | None = None,
) -> Watch:
    """Begin to watch a request: store the watch and its first step.

    Raises ConflictError while an earlier watch of the request is valid.
    """
    if _valid(at) is not None:
        raise errors.ConflictError("Your agency already watches this case.")
    watch_id = at.services.new_id()
    watch = Watch(
        watch_id,
        at.request_id,
        last_day(at.today, YEAR),
        at.unit.watches.newest_change(),
        certificate_id=None if certificate is None else certificate.certificate_id,
        agency=agency,
    )
    if certificate is not None:
        code = holder_code(at.services, watch_id)
        watch = replace(watch, code_digest=certificates.code_digest(certificate.number, code))
    at.unit.watches.add(watch)
    at.record(events.WatchBegun(watch_id, at.request_id, watch.certificate_id, agency))
    return step_watch(at, watch, WatchAct.BEGUN, last_day(at.today, confirm_within))


def step_watch(at: AtWork, watch: Watch, act: WatchAct, confirm_by: date) -> Watch:
    """Store the next step of a watch and return the watch with it. Raises ConflictError."""
    step = WatchStep(
        *(watch.watch_id, len(watch.steps) + 1, act, min(confirm_by, watch.last_day)),
        *(at.caller.actor.user_id, at.services.now()),
    )
    at.unit.watches.step(step)
    at.record(events.WatchStepped(step.watch_id, step.number, act))
    return replace(watch, steps=(*watch.steps, step))


def valid_watch(at: AtWork) -> Watch:
    """Return the watch of a request that is valid today. Raises NotFoundError."""
    return errors.existing(_valid(at))


def _valid(at: AtWork) -> Watch | None:
    found = at.unit.watches.of_request(at.request_id)
    return next((one for one in found if one.state(at.today) is WatchState.WATCHING), None)


def holder_code(services: Services, watch_id: str) -> str:
    """Return the code that a holder passes on. It follows from a key of the store."""
    return certificates.code_of(
        services.reference_mac(f"watch {watch_id}".encode())[: certificates.CODE_BYTES]
    )


def check_watch(services: Services, number: str, code: str, organisation: str) -> WatchAnswer:
    """Tell whoever has a holder's code whether the record behind the certificate has changed.

    Each question is stored with the organisation that it names, and the holder can see it. A wrong
    code, an ended subscription, and an erased or restricted person all give the same answer, after
    the same queries.
    """
    clock = services.surroundings.clock
    with services.units.read() as unit:
        watch = unit.watches.by_code(certificates.code_digest(number, code), office_day(clock()))
    if watch is None or watch.certificate_id is None:
        record_refusal(services, unknown_certificate(CHECKER))
        return WatchAnswer.NONE
    answer = _answer(services, watch.request_id, watch.certificate_id)
    asked = WatchCheck(
        *(services.new_id(), watch.watch_id, answer, CHECKER.actor.user_id),
        *(clock(), organisation),
    )
    with services.units.begin() as unit:
        unit.watches.add_check(asked)
        record(
            services, unit, CHECKER, events.WatchChecked(asked.check_id, asked.watch_id, answer)
        )
    return answer


def _answer(
    services: Services, request_id: RequestId, certificate_id: CertificateId
) -> WatchAnswer:
    """Return whether the certificate would still be issued: it is valid, and if nobody was on
    record then, nobody is found now.
    """
    with services.units.read() as unit:
        found = errors.existing(unit.certificates.get(certificate_id))
    if found.answer is not certificates.CheckAnswer.VALID:
        return WatchAnswer.CHANGED
    try:
        check_still_not_held(services, request_id)
    except errors.NotReleasableError:
        return WatchAnswer.CHANGED
    return WatchAnswer.UNCHANGED
