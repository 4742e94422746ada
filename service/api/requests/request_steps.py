"""The steps of case officers on a request."""

from fastapi import APIRouter

from domain import errors
from domain.ids import RequestId
from domain.requests.request_states import RequestState, Step
from service.api.authentication import RequestReader, RequestWorker
from service.api.bodies import BodyOf, IdInPath
from service.api.documentation import CAPTURE_ERRORS, INDEX_ERRORS, body_problems, call_problems
from service.api.people.captures import read_capture
from service.api.requests.request_steps_schemas import (
    ExpectationBody,
    IdentificationBody,
    NamedPeopleAnswer,
    PersonSearchBody,
    ProofsAnswer,
    ProofsBody,
    RequestDecisionBody,
    SecondReadingBody,
    StartedSearchAnswer,
    StateAnswer,
    StepBody,
)
from service.api.requests.requests import IdentificationAnswer
from service.api.state import StateOf
from service.usecases.requests import identifying
from service.usecases.requests.deciding import compute, decide, read_second
from service.usecases.requests.proving import check_proofs, show_proofs
from service.usecases.requests.stepping import take_step

router = APIRouter(prefix="/v1/requests/{request_id}", tags=["case officer"])

STEP_ERRORS = (errors.NotFoundError, errors.StaleRequestError, errors.RequestStepError)


@router.post("/steps", responses=body_problems(*STEP_ERRORS, errors.InvalidDateError))
def post_request_step(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[StepBody]
) -> StateAnswer:
    """Take a plain step: accept, ask, answer, close, withdraw, let lapse, or record identity or
    fees.
    """
    step = Step(body.step.value)
    return StateAnswer(state=call.carry_out(take_step, body, request_id=request_id, step=step))


@router.post(
    "/search",
    status_code=201,
    responses=body_problems(
        *STEP_ERRORS, *CAPTURE_ERRORS, errors.UnsupportedSearchError, errors.TooManyAttemptsError
    ),
)
def post_person_search(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[PersonSearchBody], api: StateOf
) -> StartedSearchAnswer:
    """Search for the person: prints go to the examiners, details give candidates."""
    request = RequestId(request_id)
    if body.use_sent_prints:
        sent = identifying.sent_capture(api.services, call.caller, request, body.expected_version)
        body = body.with_prints(sent)
    prints = read_capture(body.impressions, api.services.prints).kept()
    command = identifying.SearchPerson(call.caller, request, body.expected_version, **prints)
    return StartedSearchAnswer(search_id=identifying.search_person(api.services, command))


@router.get("/candidates", responses=call_problems(errors.NotFoundError))
def get_request_candidates(call: RequestWorker, request_id: IdInPath) -> NamedPeopleAnswer:
    """Return the candidates found by personal details, their records, and the waiting items."""
    named = call.use(identifying.named_people, RequestId(request_id))
    waiting = call.use(identifying.waiting_items, RequestId(request_id))
    return NamedPeopleAnswer(candidates=named, waiting=waiting)


@router.post(
    "/identification",
    responses=body_problems(
        *STEP_ERRORS,
        errors.ConflictError,
        errors.AwaitsWitnessError,
        errors.EmptyProbeError,
        *INDEX_ERRORS,
    ),
)
def post_request_identification(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[IdentificationBody]
) -> IdentificationAnswer:
    """Record the identity of the person, or that it is undecided."""
    return IdentificationAnswer.of(
        call.carry_out(identifying.identify, body, request_id=request_id)
    )


@router.get("/proofs", responses=call_problems(errors.NotFoundError))
def get_request_proofs(call: RequestReader, request_id: IdInPath) -> ProofsAnswer:
    """Return the applicant's answers that documents must prove, and those that officers ticked."""
    return ProofsAnswer.of(call.use(show_proofs, RequestId(request_id)))


@router.post("/proofs", responses=body_problems(*STEP_ERRORS))
def post_request_proofs(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[ProofsBody]
) -> ProofsAnswer:
    """Tick stated answers after checking the documents that prove them, or remove a tick."""
    call.carry_out(check_proofs, body, request_id=request_id)
    return ProofsAnswer.of(call.use(show_proofs, RequestId(request_id)))


@router.post("/assessment", responses=body_problems(*STEP_ERRORS, errors.NotReleasableError))
def post_request_assessment(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[ExpectationBody]
) -> StateAnswer:
    """Compute the releasable convictions again, and record which versions were used."""
    call.use(compute, RequestId(request_id), body.expected_version)
    return StateAnswer(state=RequestState.DECIDING)


@router.post("/decision", responses=body_problems(*STEP_ERRORS, errors.NotReleasableError))
def post_request_decision(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[RequestDecisionBody]
) -> StateAnswer:
    """Decide a request, or propose a decision if two people must decide."""
    request, choice = RequestId(request_id), body.choice()
    return StateAnswer(state=call.carry_out(decide, body, request_id=request, choice=choice))


@router.post(
    "/second-reading",
    responses=body_problems(*STEP_ERRORS, errors.SelfVerificationError, errors.NotReleasableError),
)
def post_request_second_reading(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[SecondReadingBody]
) -> StateAnswer:
    """Agree with another person's proposal, so that the answer is sent, or send it back."""
    return StateAnswer(state=call.carry_out(read_second, body, request_id=request_id))
