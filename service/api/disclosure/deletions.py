"""Case officers open cases of deletions, forces decide on theirs, the office carries them out."""

from __future__ import annotations

from fastapi import APIRouter

from domain.errors import (
    ConflictError,
    NotFoundError,
    RequestStepError,
    SelfVerificationError,
    UnknownRuleError,
)
from domain.ids import DeletionId, RequestId
from rules.deletion_grounds import deletion_grounds
from service.api.authentication import DeletionDecider, RequestReader, RequestWorker
from service.api.bodies import BodyOf
from service.api.disclosure.deletions_schemas import (
    DeletionAnswer,
    DeletionBody,
    DeletionDecisionBody,
    DeletionListAnswer,
    DeletionsOfRequestAnswer,
    GroundListAnswer,
    OwnDeletionAnswer,
)
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems
from service.api.parameters import IdInPath
from service.api.state import ServicesOf
from service.usecases.disclosure.carrying_out import carry_out_deletion
from service.usecases.disclosure.deciding import decide_deletion, own_deletion, own_deletions
from service.usecases.disclosure.deletions import ask_deletion, deletions_of

router = APIRouter(prefix="/v1", tags=["case officer"])
for_forces = APIRouter(prefix="/v1/deletions", tags=["force"])


@router.get("/deletion-grounds", responses=call_problems())
def get_deletion_grounds(caller: RequestReader) -> GroundListAnswer:
    """Return the grounds on which the deletion of an arrest can be asked for."""
    del caller
    return GroundListAnswer.model_validate({"grounds": tuple(deletion_grounds().values())})


@router.get("/requests/{request_id}/deletions", responses=call_problems(NotFoundError))
def get_deletions_of_request(
    caller: RequestReader, request_id: IdInPath, services: ServicesOf
) -> DeletionsOfRequestAnswer:
    """Return the arrests and prints of the person of a request, and the cases opened."""
    return DeletionsOfRequestAnswer.of(deletions_of(services, caller, RequestId(request_id)))


@router.post(
    "/requests/{request_id}/deletions",
    status_code=201,
    responses=body_problems(NotFoundError, ConflictError, RequestStepError, UnknownRuleError),
)
def post_deletion(
    caller: RequestWorker, request_id: IdInPath, body: BodyOf[DeletionBody], services: ServicesOf
) -> DeletionAnswer:
    """Put an arrest before the force that owns it, to be deleted."""
    command = body.to_command(caller, RequestId(request_id))
    return DeletionAnswer.of(ask_deletion(services, command))


@router.post(
    "/deletions/{deletion_id}/carrying-out",
    responses=call_problems(NotFoundError, ConflictError, *INDEX_ERRORS),
)
def post_deletion_carrying_out(
    caller: RequestWorker, deletion_id: IdInPath, services: ServicesOf
) -> DeletionAnswer:
    """Destroy the data that the force approved; it cannot be taken back."""
    return DeletionAnswer.of(carry_out_deletion(services, caller, DeletionId(deletion_id)))


@for_forces.get("", responses=call_problems())
def get_own_deletions(caller: DeletionDecider, services: ServicesOf) -> DeletionListAnswer:
    """Return the cases of one's own force that are not carried out, oldest first."""
    return DeletionListAnswer.model_validate({"deletions": own_deletions(services, caller)})


@for_forces.get("/{deletion_id}", responses=call_problems(NotFoundError))
def get_own_deletion(
    caller: DeletionDecider, deletion_id: IdInPath, services: ServicesOf
) -> OwnDeletionAnswer:
    """Return one case of one's own force, with its arrest."""
    return OwnDeletionAnswer.of(own_deletion(services, caller, DeletionId(deletion_id)))


@for_forces.post(
    "/{deletion_id}/decision",
    responses=body_problems(NotFoundError, ConflictError, SelfVerificationError, UnknownRuleError),
)
def post_deletion_decision(
    caller: DeletionDecider,
    deletion_id: IdInPath,
    body: BodyOf[DeletionDecisionBody],
    services: ServicesOf,
) -> DeletionAnswer:
    """Decide as the owning force; decided already, another officer reviews the decision."""
    command = body.to_command(caller, DeletionId(deletion_id))
    return DeletionAnswer.of(decide_deletion(services, command))
