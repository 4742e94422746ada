"""Comparing stated answers with the documents that prove them: officers tick each answer.

A release depends on the ticks, and so does the basis of the identity. If an application was made
online, each tick names a document; if it came by letter, the officer has the paper itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.applications.states import UploadedDocument
from domain.errors import InvalidInputError, NotReleasableError, RequestStepError, existing
from domain.events.looking import LookKind
from domain.events.requests import ProofChecked
from domain.ids import RequestId
from domain.requests import proofs
from domain.requests.request_states import IN_WORK, WAITING
from domain.requests.requests import Channel, IdentityBasis, PartyKind, RequestFile
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.stepping import AtWork, OnRequest, at_work
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class Check:
    """An officer's finding on one stated answer."""

    claim: proofs.Claim
    verdict: proofs.ProofVerdict
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class CheckProofs(OnRequest):
    """An officer's findings, for the version of the request that the officer has read."""

    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class ProofView:
    """The stated answers of a request, its documents, and the findings so far."""

    file: RequestFile
    claims: tuple[proofs.StatedClaim, ...]
    documents: tuple[UploadedDocument, ...]
    proved: Mapping[proofs.Claim, proofs.ProofCheck]
    is_demanded: bool
    """Whether a release needs every stated answer to be proved."""

    @property
    def missing(self) -> tuple[proofs.StatedClaim, ...]:
        """The stated answers that no finding shows to be proved."""
        return tuple(one for one in self.claims if one.claim not in self.proved)


def is_demanded(file: RequestFile) -> bool:
    """Whether a release needs every stated answer to be proved.

    This is so for people's own applications, for certificates or made online.
    """
    request = file.request
    if request.asker.kind is not PartyKind.PERSON:
        return False
    return kind_named(request.kind).is_certified or request.channel is Channel.PUBLIC_PAGES


def show_proofs(services: StoreServices, caller: Caller, request_id: RequestId) -> ProofView:
    """Return the stated answers with their documents. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        view = proofs_of(unit, existing(unit.requests.file(request_id)))
    seen = (request_id, *(one.document_id for one in view.documents))
    look(services, caller, LookKind.APPLICATION, seen)
    return view


def proofs_of(unit: UnitOfWork, file: RequestFile) -> ProofView:
    """Return the answers that a person stated in a request and that documents must prove. There
    are none for other requesters, or once they are erased.
    """
    request = file.request
    if request.asker.kind is not PartyKind.PERSON:
        return ProofView(file, (), (), {}, is_demanded=False)
    sent = unit.applications.of_request(request.request_id)
    documents = unit.application_documents.of(sent.application_id) if sent is not None else ()
    claims = proofs.claims_of(request.ask, [one.slot for one in documents]) if request.ask else ()
    held = proofs.proved(unit.proofs.of_request(request.request_id))
    return ProofView(file, claims, documents, held, is_demanded(file))


def basis_by_ticks(unit: UnitOfWork, request_id: RequestId) -> IdentityBasis:
    """Return the basis of the identity, if it is not by prints."""
    return proofs.basis_by(unit.proofs.of_request(request_id))


def demand_proofs(unit: UnitOfWork, file: RequestFile) -> None:
    """Raise NotReleasableError if a stated answer must be proved but is not."""
    if is_demanded(file) and proofs_of(unit, file).missing:
        raise NotReleasableError(
            "Some answers have not been checked against a document yet: tick each answer"
            " that the document beside it proves, or ask for a better document."
        )


def check_proofs(services: Services, command: CheckProofs) -> None:
    """Store an officer's findings on stated answers.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError (already proposed
    or decided, or the answer was not given), InvalidInputError (no such document).
    """
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        if at.file.state not in IN_WORK | WAITING:
            raise RequestStepError(
                "A decision has already been proposed, so answers can no longer be ticked: "
                "send the proposal back first."
            )
        view = proofs_of(unit, at.file)
        for check in command.checks:
            _check(view, check)
            _store(at, check)


def _check(view: ProofView, check: Check) -> None:
    if check.claim not in {one.claim for one in view.claims}:
        raise RequestStepError(
            "The applicant has not given this answer: tick only answers that were given."
        )
    known = {one.document_id for one in view.documents}
    is_paper = not known and not check.document_id
    if check.verdict is proofs.ProofVerdict.NOT_SHOWN or is_paper:
        return
    if check.document_id not in known:
        raise InvalidInputError(
            "Name the document, sent with this application, that proves the answer.",
            pointer="/checks",
        )


def _store(at: AtWork, check: Check) -> None:
    made = proofs.ProofCheck(
        proofs.ProofId(at.services.new_id()),
        at.request_id,
        check.claim,
        check.document_id if check.verdict is proofs.ProofVerdict.SHOWN else "",
        check.verdict,
        at.caller.actor.user_id,
        at.services.now(),
    )
    at.unit.proofs.add(made)
    event = ProofChecked(
        made.proof_id, made.request_id, made.claim, made.document_id, made.verdict
    )
    at.record(event)
