"""Application forms: started, saved as drafts, found by code, deleted if unused; and sent."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from domain.access.access import Caller, Scope
from domain.applications.declarations import ApplicationForm, Typed, faults_of, read_page
from domain.applications.forms import FORMS, ask_of
from domain.applications.states import (
    CODE_LENGTH,
    REFERENCE_LENGTH,
    Application,
    ApplicationId,
    DraftApplication,
    new_text,
    read_text,
    shown,
)
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.events.applications import ApplicationSaved, ApplicationSubmitted, DraftChange
from domain.office_days import office_day
from domain.people.people import Details
from domain.requests.requests import Ask, Channel, Party, PartyKind
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.requests.kinds import KINDS
from service.usecases.requests.opening import OpenRequest, open_in
from service.usecases.services import Services

# Reference and code together go into one digest under a key of the store, and the digest is looked
# up. A wrong code and an unknown reference thus make the same search, which finds nothing in the
# same time.


NOT_FOUND = "No application has this reference with this code: check both."


@dataclass(frozen=True, slots=True)
class Access:
    """The caller, and the reference and code that an applicant gave."""

    caller: Caller
    reference: str
    code: str = field(repr=False)


def access_digest(services: Services, reference: str, code: str) -> str:
    """Return the HMAC-SHA-256 (hexadecimal) of a reference and a code, however they were typed."""
    read = f"{read_text(reference, REFERENCE_LENGTH)} {read_text(code, CODE_LENGTH)}"
    text = f"application {read}".encode()
    return services.reference_mac(text).hex()


def opened(services: Services, unit: UnitOfWork, access: Access) -> DraftApplication | Application:
    """Return the application with this reference and code.

    Raises NotPermittedError, NotFoundError. A sent application whose row is not as its event left
    it is not found: the database may have been given the digest of another code.
    """
    access.caller.actor.require(Scope.CARRY_APPLICATIONS)
    digest = access_digest(services, access.reference, access.code)
    found = (unit.application_drafts.find(digest), unit.applications.find(digest))
    one = found[0] or found[1]
    if one is None or not _is_as_sent(unit, one):
        raise NotFoundError(NOT_FOUND)
    return one


def _is_as_sent(unit: UnitOfWork, one: DraftApplication | Application) -> bool:
    sent = isinstance(one, Application)
    return not sent or unit.state.is_as_stated(one.application_id, ApplicationSubmitted)


def opened_draft(services: Services, unit: UnitOfWork, access: Access) -> DraftApplication:
    """Return the draft with this reference and code.

    Raises the same errors as `opened`, and ConflictError if the application has been sent.
    """
    found = opened(services, unit, access)
    if isinstance(found, Application):
        raise ConflictError("The application has been sent, so it cannot be changed.")
    return found


def opened_application(services: Services, unit: UnitOfWork, access: Access) -> Application:
    """Return the sent application with this reference and code.

    Raises the same errors as `opened`, and ConflictError if the application has not been sent yet.
    """
    found = opened(services, unit, access)
    if isinstance(found, DraftApplication):
        raise ConflictError("The application has not been sent yet: send it first.")
    return found


DRAFT_KEPT = timedelta(days=28)
"""A draft that has not been saved for this long is deleted."""

_AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Started:
    """A new draft. Its code is shown only here, once, and is not stored."""

    reference: str
    code: str = field(repr=False)


def forms_offered(caller: Caller) -> tuple[str, ...]:
    """Return the kinds of application that this office answers and offers a form for.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.CARRY_APPLICATIONS)
    return tuple(kind for kind in FORMS if kind in KINDS)


def form_of(kind: str) -> ApplicationForm:
    """Return the form for a kind of application that is offered. Raises NotFoundError."""
    if kind not in FORMS or kind not in KINDS:
        raise NotFoundError("There is no such form: use a form from the list.")
    return FORMS[kind]


def start_application(services: Services, caller: Caller, kind: str) -> Started:
    """Start a draft; return its reference and code. Raises NotPermittedError, NotFoundError."""
    caller.actor.require(Scope.CARRY_APPLICATIONS)
    form = form_of(kind)
    surroundings = services.surroundings
    reference = new_text(REFERENCE_LENGTH, lambda n: _random(surroundings.new_secret, n))
    code = new_text(CODE_LENGTH, lambda n: _random(surroundings.new_secret, n))
    now = surroundings.clock()
    application_id = ApplicationId(surroundings.new_id())
    draft = DraftApplication(application_id, reference, form.kind, {}, 1, now, now)
    with services.units.begin() as unit:
        unit.application_drafts.start(draft, access_digest(services, reference, code))
        record(services, unit, caller, ApplicationSaved(application_id, DraftChange.STARTED))
    return Started(shown(reference), shown(code))


def save_page(services: Services, access: Access, *, page: str, version: int, typed: Typed) -> int:
    """Save one page of a draft, replacing its earlier answers; return the new version.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no such page, or an answer that is
    not accepted, with the code of its fault), ConflictError (the draft has been sent, or saved
    elsewhere since).
    """
    with services.units.begin() as unit:
        draft = opened_draft(services, unit, access)
        asked = form_of(draft.kind).page(page)
        if asked is None:
            raise InvalidInputError("The form has no such page.", pointer="/page")
        given, faults = read_page(asked, typed, services.today())
        if faults:
            raise InvalidInputError(
                f"An answer to one of the questions was not accepted: {faults[0].code}.",
                pointer=f"/answers/{faults[0].question}",
            )
        before = {question.name for question in asked.questions}
        kept = {name: said for name, said in draft.answers.items() if name not in before}
        saved = unit.application_drafts.save(
            replace(draft, version=version), kept | given, services.now()
        )
        event = ApplicationSaved(draft.application_id, DraftChange.PAGE)
        record(services, unit, access.caller, event)
    return saved


def forget_drafts(services: Services, is_stopping: Callable[[], bool]) -> int:
    """Delete drafts that have not been saved for four weeks, and return how many."""
    before = services.now() - DRAFT_KEPT
    forgotten = 0
    while not is_stopping():
        with services.units.begin() as unit:
            old = unit.application_drafts.older(before, limit=_AT_A_TIME)
            for digest in old:
                draft = unit.application_drafts.find(digest)
                if draft is not None:
                    unit.application_drafts.drop(draft, with_documents=True)
        forgotten += len(old)
        if len(old) < _AT_A_TIME:
            break
    return forgotten


def _random(new_secret: Callable[[], str], size: int) -> bytes:
    """Return at most 32 random bytes: a digest of a secret that is used for nothing else."""
    return hashlib.sha256(new_secret().encode()).digest()[:size]


def submit_application(services: Services, access: Access) -> Application:
    """Send a draft and return the application. If it has already been sent, return it unchanged.

    A repeated application by the same person for the same thing is accepted. The sender is not
    told about the earlier one, because the sender may be somebody else; the request names the
    earlier one for the case officer. Raises NotPermittedError, NotFoundError, InvalidInputError
    (an answer or a document is missing or not accepted), OutsideCalendarError.
    """
    with services.units.write() as unit:
        found = opened(services, unit, access)
        if isinstance(found, Application):
            return found
        form = form_of(found.kind)
        _check(services, form, found)
        sent = _sent(services, unit, access, form, found)
        unit.commit()
    return sent


def _check(services: Services, form: ApplicationForm, draft: DraftApplication) -> None:
    today = services.today()
    for fault in faults_of(form, draft.answers, today):
        raise InvalidInputError(
            f"An answer to one of the questions was not accepted: {fault.code}.",
            pointer=f"/answers/{fault.question}",
        )
    there = {one.slot for one in draft.documents}
    for slot in form.slots:
        if slot.is_needed and slot.name not in there:
            raise InvalidInputError(
                "A document is missing: add it.", pointer=f"/documents/{slot.name}"
            )


def _sent(
    services: Services,
    unit: UnitOfWork,
    access: Access,
    form: ApplicationForm,
    draft: DraftApplication,
) -> Application:
    ask, now = ask_of(draft.answers), services.now()
    content = _content_digest(services, form, ask)
    earlier = unit.applications.same(content)
    command = OpenRequest(
        access.caller,
        form.kind,
        Channel.PUBLIC_PAGES,
        Party(PartyKind.PERSON),
        form.purpose,
        form.legal_basis,
        office_day(now),
        replace(ask, reference=shown(draft.reference)),
        # A draft makes only one request, however often it is sent.
        message_id=draft.application_id,
        about="" if earlier is None else earlier.request_id,
    )
    request_id = open_in(services, unit, command)
    sent = Application(
        draft.application_id,
        draft.reference,
        draft.kind,
        request_id,
        access.caller.actor.user_id,
        now,
    )
    digest = access_digest(services, access.reference, access.code)
    unit.applications.add(sent, digest, content)
    unit.application_drafts.drop(draft, with_documents=False)
    event = ApplicationSubmitted(
        sent.application_id, request_id, sent.kind, len(draft.documents), sent.number
    )
    record(services, unit, access.caller, event)
    return sent


def _content_digest(services: Services, form: ApplicationForm, ask: Ask) -> str:
    """Return the HMAC-SHA-256 (hexadecimal) of the kind, the main name and the birth date."""
    text = "\x1f".join((form.kind, *_who(ask.subject))).casefold()
    return services.reference_mac(f"applicant {text}".encode()).hex()


def _who(details: Details) -> tuple[str, ...]:
    name = details.names[0]
    return (name.forename, name.surname, *map(str, details.dates_of_birth))
