"""Sending a form, which makes a request of its kind."""

from dataclasses import replace

from domain.applications.declarations import ApplicationForm, faults_of
from domain.applications.states import Application, DraftApplication, shown
from domain.errors import InvalidInputError
from domain.events.applications import ApplicationSubmitted
from domain.people.people import Details
from domain.requests.requests import Ask, Channel, Party, PartyKind
from service.storage.unit_of_work import UnitOfWork
from service.usecases.applications.drafting import Access, access_digest, form_of, opened
from service.usecases.log.recording import record
from service.usecases.requests.opening import OpenRequest, open_in
from service.usecases.services import Services


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
    today = services.surroundings.clock().date()
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
    ask, now = form.ask(draft.answers), services.surroundings.clock()
    content = _content_digest(services, form, ask)
    earlier = unit.applications.same(content)
    command = OpenRequest(
        access.caller,
        form.kind,
        Channel.PUBLIC_PAGES,
        Party(PartyKind.PERSON),
        form.purpose,
        form.legal_basis,
        now.date(),
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
    record(unit, services.surroundings, access.caller, event)
    return sent


def _content_digest(services: Services, form: ApplicationForm, ask: Ask) -> str:
    """Return the HMAC-SHA-256 (hexadecimal) of the kind, the main name and the birth date."""
    text = "\x1f".join((form.kind, *_who(ask.subject))).casefold()
    return services.reference_mac(f"applicant {text}".encode()).hex()


def _who(details: Details) -> tuple[str, ...]:
    name = details.names[0]
    return (name.forename, name.surname, *map(str, details.dates_of_birth))
