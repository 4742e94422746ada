"""An application as its applicant follows it, answers a question or withdraws."""

from __future__ import annotations

from dataclasses import dataclass

from domain.applications.answers import MOST_WORDS, has_directions
from domain.applications.handovers import Handover
from domain.applications.references import shown
from domain.applications.states import (
    Application,
    ApplicationView,
    DocumentId,
    DraftApplication,
    HandedPaper,
    Paper,
    PublicState,
    UploadedDocument,
    open_question,
    public_state,
)
from domain.errors import InvalidInputError, NotFoundError, RequestStepError
from domain.events.applications import ApplicationAnswered
from domain.events.looking import LookKind
from domain.request_states import RequestState, Step
from domain.requests import RequestFile
from service.storage.unit_of_work import UnitOfWork
from service.usecases.applications.documents import UploadDesk, checked_for_answer
from service.usecases.applications.finding import Access, opened, opened_application
from service.usecases.applications.papers import papers_of
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.log.recording import record
from service.usecases.requests.clocks import due_of
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.stepping import AtWork, enter, next_entry
from service.usecases.services import Services

ANSWER_SLOT = "answer"
"""The slot of a document that comes with an answer."""

_STEPS = {
    RequestState.IDENTITY_WANTED: Step.GIVE_IDENTITY,
    RequestState.CLARIFICATION_WANTED: Step.ANSWER,
}
_WITHDRAWN = "Withdrawn by the applicant."


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """An applicant's answer to a question of the office."""

    access: Access
    words: str
    document: bytes = b""


def show_application(services: Services, access: Access) -> ApplicationView:
    """Return an application as its applicant sees it: a draft whole, one that was sent by state.

    Only its author sees a draft, which leaves no look. Raises NotPermittedError, NotFoundError.
    """
    with services.units.read() as unit:
        found = opened(services, unit, access)
        if isinstance(found, DraftApplication):
            return _draft(found)
        file = existing(unit.requests.file(found.request_id))
        view = _view(services, unit, found, file)
    look(
        services,
        access.caller,
        LookKind.APPLICATION,
        (found.application_id, found.request_id),
    )
    return view


def _draft(found: DraftApplication) -> ApplicationView:
    return ApplicationView(
        shown(found.reference),
        found.kind,
        PublicState.DRAFT,
        found.version,
        found.answers,
        found.documents,
    )


def _view(
    services: Services, unit: UnitOfWork, found: Application, file: RequestFile
) -> ApplicationView:
    state = public_state(file.state)
    today = services.surroundings.clock().date()
    due = due_of(file, kind_named(found.kind), today)
    return ApplicationView(
        shown(found.reference),
        found.kind,
        state,
        submitted_on=found.submitted_at.date(),
        due_on=due.on if state is PublicState.IN_WORK else None,
        question=open_question(file),
        papers=papers_of(unit, file) if state is PublicState.ANSWERED else (),
        handed=tuple(map(_handed, unit.handovers.ready(found.application_id, today))),
    )


def _handed(one: Handover) -> HandedPaper:
    return HandedPaper(one.name, one.media_type, one.size_bytes, one.last_day, one.fetches_left)


def fetch_paper(services: Services, access: Access, number: int) -> Paper:
    """Return one of the papers of an application, numbered from 1.

    Raises NotPermittedError, NotFoundError (none of this number, or none yet).
    """
    papers = show_application(services, access).papers
    if not 1 <= number <= len(papers):
        raise NotFoundError
    return papers[number - 1]


def answer_question(
    services: Services, desk: UploadDesk, command: AnswerQuestion
) -> ApplicationView:
    """Answer the question of the office, with a document if one came.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no words, or words that cannot be
    shown), ConflictError, RequestStepError (nothing is asked), UploadRefusedError,
    ScannerUnavailableError, UploadsBusyError.
    """
    words = command.words.strip()
    if not words or len(words) > MOST_WORDS or has_directions(words):
        raise InvalidInputError("Write an answer of at most 4,000 characters.", pointer="/words")
    access = command.access
    checked = checked_for_answer(services, desk, access, command.document)
    with services.units.write() as unit:
        found = opened_application(services, unit, access)
        file = existing(unit.requests.file(found.request_id))
        step = _STEPS.get(file.state)
        if step is None:
            raise RequestStepError("No question is waiting for an answer.")
        entry = next_entry(services, access.caller, file, step, words=words)
        enter(AtWork(services, unit, access.caller, found.request_id), entry)
        number = unit.applications.next_number(found.application_id)
        answer_id, now = services.surroundings.new_id(), entry.at
        unit.applications.answer(answer_id, found, number, entry.by, now)
        if checked is not None:
            document = UploadedDocument(
                DocumentId(services.surroundings.new_id()),
                found.application_id,
                number,
                ANSWER_SLOT,
                checked.media_type,
                len(checked.content),
                now,
            )
            unit.application_documents.add(document, checked.content)
        told = ApplicationAnswered(
            answer_id, found.application_id, found.request_id, number, int(checked is not None)
        )
        record(unit, services.surroundings, access.caller, told)
        unit.commit()
    return show_application(services, access)


def withdraw_application(services: Services, access: Access) -> ApplicationView:
    """Withdraw an application that was not answered yet.

    Raises NotPermittedError, NotFoundError, ConflictError (not sent yet), RequestStepError (it
    was answered, withdrawn or closed before).
    """
    with services.units.write() as unit:
        found = opened_application(services, unit, access)
        file = existing(unit.requests.file(found.request_id))
        entry = next_entry(services, access.caller, file, Step.WITHDRAW, words=_WITHDRAWN)
        enter(AtWork(services, unit, access.caller, found.request_id), entry)
        unit.commit()
    return show_application(services, access)
