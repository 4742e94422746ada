"""Referrals: a body outside the office must answer before some certificates may be issued.

A case officer makes a referral once the search for the person has a result. The body reads the
person's details as the request states them, and answers once. Without its answer, or if it
objects, nothing is released. If the person is identified again, a new referral is needed, because
it may be a different person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from domain.access.access import Caller, Scope
from domain.errors import (
    InvalidInputError,
    NotFoundError,
    NotReleasableError,
    RequestStepError,
    existing,
)
from domain.events.certificates import ReferralAnswered, ReferralMade
from domain.events.looking import LookKind
from domain.ids import ReferralId, RequestId
from domain.list_pages import ListPage, page_of
from domain.requests.certificates import Referral, ReferralReply, ReferralVerdict
from domain.requests.request_states import RequestState, Step
from domain.requests.requests import Ask, RequestFile
from rules.data_files import check_marker
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.requests.kinds import kind_named
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class AnswerReferral:
    """The body's answer to a referral."""

    caller: Caller
    referral_id: ReferralId
    verdict: ReferralVerdict
    markers: frozenset[str] = frozenset()
    words: str = ""
    """Only for the office. Required with an objection."""


@dataclass(frozen=True, slots=True)
class ReferredPerson:
    """A referral as shown to the body: the person as stated, but not the work of the office."""

    referral: Referral
    kind: str
    """The title of the kind of request."""
    ask: Ask | None
    """None once the application has been erased."""


def make_referral(services: StoreServices, caller: Caller, request_id: RequestId) -> Referral:
    """Refer a request to the body, and return the referral.

    Raises NotPermittedError, NotFoundError, RequestStepError (a kind without referrals, not being
    decided, or a referral is already waiting for its answer).
    """
    with services.begin(caller, Scope.WORK_REQUESTS) as unit:
        file = existing(unit.requests.file(request_id))
        if not kind_named(file.request.kind).is_referred:
            raise RequestStepError("Requests of this kind cannot be referred.")
        if file.state is not RequestState.DECIDING:
            raise RequestStepError(
                "A referral can only be made while the request is being decided."
            )
        last = _last(unit, file)
        if last is not None and last.reply is None:
            raise RequestStepError("A referral of this request is already waiting for an answer.")
        made = Referral(
            ReferralId(services.new_id()),
            request_id,
            file.version,
            caller.actor.user_id,
            services.now(),
        )
        unit.referrals.make(made)
        record(services, unit, caller, ReferralMade(made.referral_id, request_id, made.number))
    return made


def referrals_of(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> tuple[Referral, ...]:
    """Return the referrals of a request with their answers, oldest first.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        existing(unit.requests.file(request_id))
        found = unit.referrals.of_request(request_id)
    look(services, caller, LookKind.REFERRALS, (request_id, *(one.referral_id for one in found)))
    return found


def open_referrals(
    services: StoreServices, caller: Caller, *, after: str | None, limit: int
) -> ListPage[Referral, str]:
    """Return a page of the referrals that are waiting for the body's answer, oldest first.

    Raises NotPermittedError.
    """
    with services.reading(caller, Scope.ANSWER_REFERRALS) as unit:
        needed = islice(needed_referrals(unit, after=after), limit + 1)
        page = page_of(tuple(needed), limit, attrgetter("referral_id"))
    look(services, caller, LookKind.REFERRALS, (one.referral_id for one in page.items))
    return page


def needed_referrals(unit: UnitOfWork, *, after: str | None = None) -> Iterator[Referral]:
    """Yield the referrals made after this one that are waiting for the body, oldest first.

    A referral no longer waits if its request has been decided, withdrawn or searched again.
    """
    waiting = unit.referrals.unanswered(after=after)
    return (one for one in waiting if _is_open(_file(unit, one), one))


def read_referral(
    services: StoreServices, caller: Caller, referral_id: ReferralId
) -> ReferredPerson:
    """Return a referral with the person as the request states them.

    Raises NotPermittedError, NotFoundError (also if it is answered or no longer needed).
    """
    with services.reading(caller, Scope.ANSWER_REFERRALS) as unit:
        referral = existing(unit.referrals.get(referral_id))
        file = _file(unit, referral)
        if referral.reply is not None or not _is_open(file, referral):
            raise NotFoundError
    look(services, caller, LookKind.REFERRAL, (referral_id, file.request.request_id))
    return ReferredPerson(referral, kind_named(file.request.kind).title, file.request.ask)


def answer_referral(services: StoreServices, command: AnswerReferral) -> None:
    """Store the body's answer, once.

    Raises NotPermittedError, NotFoundError, RequestStepError (the request has been decided, or
    searched again), ConflictError (already answered), InvalidInputError (an objection without
    words), UnknownRuleError (an unknown marker).
    """
    command.caller.actor.require(Scope.ANSWER_REFERRALS)
    for code in command.markers:
        check_marker(code)
    if command.verdict is ReferralVerdict.OBJECTION and not command.words.strip():
        raise InvalidInputError("Write what the office should do instead.", pointer="/words")
    with services.units.begin() as unit:
        referral = existing(unit.referrals.get(command.referral_id))
        if not _is_open(_file(unit, referral), referral):
            raise RequestStepError("This referral is no longer needed, so it cannot be answered.")
        reply = ReferralReply(
            command.verdict,
            command.caller.actor.user_id,
            services.now(),
            tuple(sorted(command.markers)),
            command.words,
        )
        unit.referrals.answer(referral, reply)
        event = ReferralAnswered(referral.referral_id, referral.request_id, reply.verdict)
        record(services, unit, command.caller, event)


def demand_referral(unit: UnitOfWork, file: RequestFile) -> None:
    """Raise NotReleasableError unless the body has answered without an objection."""
    last = _last(unit, file)
    if last is None:
        raise NotReleasableError(
            "The referral body has not been asked about this person: make a referral."
        )
    if last.reply is None:
        raise NotReleasableError("The referral body has not answered yet: wait for its answer.")
    if last.reply.verdict is not ReferralVerdict.NO_OBJECTION:
        raise NotReleasableError(
            "The referral body objects to the release: refuse the application, or make "
            "another referral."
        )


def markers_told(unit: UnitOfWork, file: RequestFile) -> tuple[str, ...]:
    """Return the codes of the markers that the body has named for the person of a request."""
    last = _last(unit, file)
    return () if last is None or last.reply is None else last.reply.markers


def _last(unit: UnitOfWork, file: RequestFile) -> Referral | None:
    """Return the last referral since the latest identification; None if there is none."""
    found = unit.referrals.of_request(file.request.request_id)
    return found[-1] if found and found[-1].number >= _identified_at(file) else None


def _identified_at(file: RequestFile) -> int:
    return max((one.number for one in file.entries if one.step is Step.IDENTIFY), default=0)


def _file(unit: UnitOfWork, referral: Referral) -> RequestFile:
    return existing(unit.requests.file(referral.request_id))


def _is_open(file: RequestFile, referral: Referral) -> bool:
    is_current = referral.number >= _identified_at(file)
    return is_current and file.state is RequestState.DECIDING
