"""Answers to people about their own data: one person prepares, another checks and releases.

An answer is rebuilt from the data without the removed parts: nothing is blacked out. Each removed
place has a ground and the person who removed it. Other people's data and free text are removed by
default unless the preparer keeps them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from domain.access.access import Caller, Scope
from domain.errors import InvalidInputError, NotFoundError, RequestStepError, existing
from domain.events.disclosure import OwnAnswerPrepared
from domain.events.looking import LookKind
from domain.ids import AnswerId, RequestId
from domain.plain_text import require_words
from domain.requests.request_states import FEE_STEPS, RequestState
from domain.requests.requests import ReplyOutcome, RequestFile
from domain.retention import disclosure
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look
from service.usecases.requests import own_data
from service.usecases.requests.assessing import ItemKey, assess, key_of
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.stepping import OnRequest, at_work
from service.usecases.services import Services, StoreServices

_RELEASED = frozenset({RequestState.RELEASED, RequestState.CLOSED})
_GIVEN = (ReplyOutcome.INFORMATION.value, ReplyOutcome.NOTHING_TO_GIVE.value)


@dataclass(frozen=True, slots=True)
class PrepareAnswer(OnRequest):
    """An answer to prepare: what to remove, and what to keep although it is removed by default."""

    search: str
    """Where the officer looked, and why no further search is reasonable."""
    authority: str = ""
    removals: tuple[disclosure.Removal, ...] = ()
    keep: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer, as shown to the deciders."""

    answer: disclosure.OwnAnswer | None
    """The last answer prepared on this version, or the one that was proposed; None if there is
    none."""
    sections: tuple[disclosure.OwnSection, ...]
    """Everything held today, while the request is being decided; otherwise empty."""


_NO_SEARCH = "Write where you looked, and why it is not reasonable to search further."


def prepare_answer(services: Services, command: PrepareAnswer) -> disclosure.OwnAnswer:
    """Prepare an answer to a request that is being decided, and return it.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError, InvalidInputError
    (no account of the search, no authority, or a place that does not exist), NotReleasableError.
    """
    require_words(command.search, "/search", _NO_SEARCH)
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        file = at.file
        _check_state(file, command)
        sections = _sections(services, unit, file)
        removals = _removals(sections, command)
        left = disclosure.kept(sections, removals)
        answer = disclosure.OwnAnswer(
            AnswerId(services.new_id()),
            file.request.request_id,
            file.version,
            ReplyOutcome.INFORMATION if left else ReplyOutcome.NOTHING_TO_GIVE,
            own_data.basis_of(unit, file),
            command.caller.actor.user_id,
            services.now(),
            removals,
            disclosure.OwnContent(command.search, command.authority, left),
            # Nothing is held about a person who has since been erased or restricted.
            file.person_id if sections else None,
        )
        unit.own_answers.put(answer)
        at.record(OwnAnswerPrepared.of(answer, removed=len(removals)))
    return answer


def _check_state(file: RequestFile, command: PrepareAnswer) -> None:
    if not kind_named(file.request.kind).has_answer:
        raise RequestStepError(
            "Requests of this kind have no prepared answer: decide on the request instead."
        )
    if file.state is not RequestState.DECIDING:
        raise RequestStepError(
            "An answer can only be prepared while the request is being decided."
        )
    ask = file.request.ask
    if ask is not None and ask.asker_name and not command.authority.strip():
        raise InvalidInputError(
            "A representative is asking: name the document that authorises them.",
            pointer="/authority",
        )


def _sections(
    services: StoreServices, unit: UnitOfWork, file: RequestFile
) -> tuple[disclosure.OwnSection, ...]:
    """Return everything held. Convictions are included only if their sources allow disclosure."""
    found = assess(unit, file, kind_named(file.request.kind), services.today())
    return own_data.own_sections(
        unit, file, frozenset(key_of(one.held.ref) for one in found.leaving)
    )


def _removals(
    sections: Iterable[disclosure.OwnSection], command: PrepareAnswer
) -> tuple[disclosure.Removal, ...]:
    """Return all removals, including those made by default, in order of place."""
    fields = list(chain.from_iterable(section.fields for section in sections))
    _check_places(fields, command)
    chosen = {one.place: one for one in command.removals}
    by_schema = {
        field.place: disclosure.Removal(field.place, disclosure.RemovalGround.RIGHTS_OF_OTHERS)
        for field in fields
        if field.owner is not disclosure.FieldOwner.PERSON and field.place not in command.keep
    }
    return tuple(one for _, one in sorted((by_schema | chosen).items()))


def _check_places(fields: Sequence[disclosure.OwnField], command: PrepareAnswer) -> None:
    for number, one in enumerate(command.removals):
        if not any(one.covers(field.place) for field in fields):
            raise InvalidInputError(
                "The answer no longer has this item: reload the answer.",
                pointer=f"/remove/{number}/place",
            )
    if not command.keep <= {field.place for field in fields}:
        raise InvalidInputError(
            "You chose to keep an item that is no longer in the answer: reload the answer.",
            pointer="/keep",
        )


def withheld_convictions(
    answer: disclosure.OwnAnswer, leaving: Iterable[ItemKey]
) -> frozenset[ItemKey]:
    """Return those of the releasable convictions that an answer does not give."""
    return frozenset(
        (record_id, item_id)
        for record_id, item_id in leaving
        if answer.outcome is not ReplyOutcome.INFORMATION
        or any(one.covers(f"{disclosure.HELD}/{record_id}/{item_id}") for one in answer.removals)
    )


def show_answer(services: StoreServices, caller: Caller, request_id: RequestId) -> AnswerView:
    """Return the answer of a request with its sections, for the deciders.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        file = existing(unit.requests.file(request_id))
        if not kind_named(file.request.kind).has_answer:
            raise NotFoundError
        is_deciding = file.state is RequestState.DECIDING
        sections = _sections(services, unit, file) if is_deciding else ()
        view = AnswerView(answer_in_force(unit, file), sections)
    look(services, caller, LookKind.OWN_ANSWER, (request_id, file.person_id))
    return view


def released_answer(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> tuple[disclosure.OwnAnswer, RequestFile]:
    """Return the answer that was released, with its request.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        file = existing(unit.requests.file(request_id))
        answer = answer_in_force(unit, file)
        is_given = file.proposal is not None and file.proposal.outcome in _GIVEN
        if answer is None or not is_given or file.state not in _RELEASED:
            raise NotFoundError
    look(services, caller, LookKind.OWN_ANSWER, (request_id, file.person_id))
    return answer, file


def answer_in_force(unit: UnitOfWork, file: RequestFile) -> disclosure.OwnAnswer | None:
    """Return the answer that the present proposal is based on.

    If there is no proposal, it is the answer prepared for the next one.
    """
    proposal = file.proposal
    number = file.version if proposal is None else proposal.number - 1
    return unit.own_answers.prepared(file.request.request_id, number)


# The same wording is used for withheld data and for nothing held, and the rest of the document is
# the same in both cases. It carries no number, code or signature by which others could check it,
# because it is an offence to demand it from somebody for a job, a contract or a service (DPA 2018
# s 184).


TITLE = "Your request for your own data"
GIVEN = "We looked for data about you. This is what we must give you."
NOTHING = "We looked for data about you. There is nothing that we must give you."
ABOUT = (
    "This office processes data to prevent, detect, investigate and prosecute offences (Data"
    " Protection Act 2018, Part 3). The data comes from police forces, courts and the authorities"
    " of other countries.",
    "We keep entries until your hundredth birthday, and prints for as long as the Police and "
    "Criminal Evidence Act 1984 allows.",
)
RIGHTS = (
    "You may ask us to correct your data, to erase it or to restrict its use (sections 46 to 48).",
    "The law lets us hold data back (section 45(4)). You may ask the Information Commissioner to"
    " check that we did so lawfully (section 51), complain to the Commissioner (section 165), and"
    " apply to a court (section 167).",
)
NO_CERTIFICATE = (
    "This is not a certificate. Nobody may require you to show it for a job, a contract or a"
    " service: that is an offence (Data Protection Act 2018, section 184). So it has no number,"
    " code or signature by which others could check it, and we confirm it to nobody but you."
)

_HEADINGS = {
    disclosure.HELD: "What we hold",
    own_data.ORIGIN: "Where it comes from",
    own_data.RECIPIENTS: "Whom we have told",
    own_data.CONSULTED: "Who has viewed it",
}


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """The document as sent to the person."""

    reference: str
    """The opaque id of the request, which reveals nothing to others."""
    on: date
    statement: str
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Headings with labels and texts; empty if there is nothing to give."""


def own_document(answer: disclosure.OwnAnswer, file: RequestFile) -> OwnDocument:
    """Return the document for a released answer."""
    gives = answer.outcome is ReplyOutcome.INFORMATION and answer.content is not None
    sections = answer.content.sections if answer.content is not None and gives else ()
    return OwnDocument(
        str(file.request.request_id),
        next(one.on for one in reversed(file.entries) if one.step not in FEE_STEPS),
        GIVEN if sections else NOTHING,
        tuple(
            (_HEADINGS[section.key], tuple((one.label, one.text) for one in section.fields))
            for section in sections
            if section.fields
        ),
    )


def document_json(document: OwnDocument) -> Mapping[str, Any]:
    """Return the document as JSON values."""
    return {
        "title": TITLE,
        "reference": document.reference,
        "date": document.on.isoformat(),
        "statement": document.statement,
        "sections": [
            {
                "heading": heading,
                "fields": [{"label": label, "text": text} for label, text in fields],
            }
            for heading, fields in document.sections
        ],
        "about": list(ABOUT),
        "rights": list(RIGHTS),
        "no_certificate": NO_CERTIFICATE,
    }
