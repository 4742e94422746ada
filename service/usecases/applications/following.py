"""An application as followed by its applicant: questions, withdrawal and the office's letters."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.applications import states
from domain.applications.declarations import MOST_WORDS
from domain.applications.forms import FORMS
from domain.errors import InvalidInputError, NotFoundError, existing
from domain.events.applications import ApplicationAnswered
from domain.events.looking import LookKind
from domain.office_days import office_day
from domain.plain_text import has_directions
from domain.requests.disclosures import SentDisclosure
from domain.requests.request_states import Step
from domain.requests.requests import RequestFile
from rules.data_files import letter_on
from service.storage.unit_of_work import UnitOfWork
from service.usecases.applications.drafting import Access, opened, opened_application
from service.usecases.applications.showing import UploadDesk, checked_for_answer, keep_upload
from service.usecases.log.recording import look
from service.usecases.requests.kind import due_of
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.stepping import AtWork
from service.usecases.services import Services

# If its form says so, a kind of application is answered by a plain-text letter, made from the
# stored disclosure. A kind that is answered by a separate document, such as a certificate, has no
# letter: a case officer hands the document over (see `handing`).


def papers_of(unit: UnitOfWork, file: RequestFile) -> tuple[states.Paper, ...]:
    """Return the letters of a request.

    There are none before it is answered or after it is erased.
    """
    form = FORMS.get(file.request.kind)
    if form is None or not form.has_letter:
        return ()
    sent = unit.disclosures.of_request(file.request.request_id)
    kind = file.request.kind
    read = (_letter(kind, number, one) for number, one in enumerate(sent, 1))
    return tuple(paper for paper in read if paper is not None)


def _letter(kind: str, number: int, sent: SentDisclosure) -> states.Paper | None:
    if sent.content is None:
        return None
    told: Mapping[str, Any] = json.loads(sent.content)
    about, said, *rights = letter_on(kind, sent.outcome.value).paragraphs
    lines = [about, said, *_items(told), str(told.get("words", "")), *rights]
    text = "\n\n".join(line for line in lines if line)
    head = f"Answer of {sent.sent_at:%d %B %Y}\nNumber {sent.disclosure_id}\n\n"
    content = f"{head}{text}\n".encode()
    return states.Paper(f"answer-{number}.txt", "text/plain; charset=utf-8", content)


def _items(told: Mapping[str, Any]) -> list[str]:
    found = []
    for item in told.get("items", ()):
        said = item["conviction"]
        court = said.get("court", {})
        offences = "; ".join(str(one.get("title", "")) for one in said.get("offences", ()))
        place = court.get("name") or court.get("code", "")
        found.append(f"{said.get('decided_on', '')}, {place}: {offences}")
    return found


ANSWER_SLOT = "answer"
"""The slot of a document sent with an answer."""

_WITHDRAWN = "Withdrawn by the applicant."


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """An applicant's answer to a question from the office."""

    access: Access
    words: str
    document: bytes = b""


def show_application(services: Services, access: Access) -> states.ApplicationView:
    """Return an application as its applicant sees it: a draft in full, otherwise its state.

    Only its author sees a draft, which is not recorded. Raises NotPermittedError, NotFoundError.
    """
    with services.units.read() as unit:
        found = opened(services, unit, access)
        if isinstance(found, states.DraftApplication):
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


def _draft(found: states.DraftApplication) -> states.ApplicationView:
    return states.ApplicationView(
        states.shown(found.reference),
        found.kind,
        states.PublicState.DRAFT,
        found.version,
        found.answers,
        found.documents,
    )


def _view(
    services: Services, unit: UnitOfWork, found: states.Application, file: RequestFile
) -> states.ApplicationView:
    state = states.public_state(file.state)
    today = services.today()
    due = due_of(file, kind_named(found.kind), today)
    return states.ApplicationView(
        states.shown(found.reference),
        found.kind,
        state,
        submitted_on=office_day(found.submitted_at),
        due_on=due.on if state is states.PublicState.IN_WORK else None,
        question=states.open_question(file),
        stages=states.stages_of(file),
        papers=papers_of(unit, file) if state is states.PublicState.ANSWERED else (),
        handed=tuple(map(_handed, unit.handovers.ready(found.application_id, today))),
    )


def _handed(one: states.Handover) -> states.HandedPaper:
    return states.HandedPaper(
        one.name, one.media_type, one.size_bytes, one.last_day, one.fetches_left
    )


def fetch_paper(services: Services, access: Access, number: int) -> states.Paper:
    """Return one of the letters of an application, numbered from 1.

    Raises NotPermittedError, NotFoundError (no letter has this number, or there is no letter yet).
    """
    papers = show_application(services, access).papers
    if not 1 <= number <= len(papers):
        raise NotFoundError
    return papers[number - 1]


def answer_question(
    services: Services, desk: UploadDesk, command: AnswerQuestion
) -> states.ApplicationView:
    """Answer a question from the office, with a document if one was sent.

    Raises NotPermittedError, NotFoundError, InvalidInputError (empty `words`, or words that cannot
    be shown), ConflictError, RequestStepError (no question is open), UploadRefusedError,
    ScannerUnavailableError, UploadsBusyError.
    """
    words = command.words.strip()
    if not words or len(words) > MOST_WORDS or has_directions(words):
        raise InvalidInputError("Write an answer of at most 4,000 characters.", pointer="/words")
    access = command.access
    checked = checked_for_answer(services, desk, access, command.document)
    with services.units.begin() as unit:
        found = opened_application(services, unit, access)
        file = existing(unit.requests.file(found.request_id))
        at = AtWork(services, unit, access.caller, file)
        entry = at.answer(words)
        number = unit.applications.next_number(found.application_id)
        answer_id, now = services.new_id(), entry.at
        unit.applications.answer(answer_id, found, number, entry.by, now)
        if checked is not None:
            keep_upload(services, unit, (found.application_id, number, ANSWER_SLOT), checked)
        told = ApplicationAnswered(
            answer_id, found.application_id, found.request_id, number, int(checked is not None)
        )
        at.record(told)
    return show_application(services, access)


def withdraw_application(services: Services, access: Access) -> states.ApplicationView:
    """Withdraw an application that has not been answered yet.

    Raises NotPermittedError, NotFoundError, ConflictError (not sent yet), RequestStepError
    (already answered, withdrawn or closed).
    """
    with services.units.begin() as unit:
        found = opened_application(services, unit, access)
        file = existing(unit.requests.file(found.request_id))
        AtWork(services, unit, access.caller, file).take(Step.WITHDRAW, words=_WITHDRAWN)
    return show_application(services, access)
