"""The caller of a request: a bearer token, a purpose, optionally the person behind the call."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, get_type_hints

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from fastapi.security.utils import get_authorization_scheme_param

from domain.access.access import Actor, Caller, Purpose, Scope
from domain.errors import InvalidInputError, MissingPurposeError, NotAuthenticatedError
from service.api.base import Body
from service.api.state import ApiState, state_of
from service.api.trace import CURRENT_TRACE, RequestTrace
from service.ports.surroundings import name_tenant
from service.usecases.access import provider, tokens
from service.usecases.services import Services

Made = TypeVar("Made")
Given = ParamSpec("Given")

_BEHALF_PATTERN = r"^[A-Za-z0-9._:@/+=-]{1,64}$"
_IS_BEHALF = re.compile(_BEHALF_PATTERN).fullmatch

_PURPOSES = frozenset(purpose.value for purpose in Purpose)

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token: issued by an administrator, obtained by a client, or issued by"
    " the identity provider.",
)


@dataclass(frozen=True, slots=True)
class Call:
    """The caller, and the services used for the call."""

    caller: Caller
    services: Services

    def use(
        self,
        use_case: Callable[Concatenate[Services, Caller, Given], Made],
        /,
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Made:
        """Return what a use case gives this caller; raises its errors."""
        return use_case(self.services, self.caller, *given, **named)

    def carry_out(
        self, use_case: Callable[[Services, Any], Made], body: Body, /, **others: Any
    ) -> Made:
        """Make the command of a use case, carry it out, and return the result.

        The command has this caller, `others` as given, and every other field as the body states
        it. Raises the errors of the command and of the use case.
        """
        command: object = body.to(command_of(use_case), caller=self.caller, **others)
        return use_case(self.services, command)


@cache
def command_of(use_case: Callable[[Services, Any], object]) -> type:
    """Return the type of the command that a use case takes."""
    found: type = get_type_hints(use_case)["command"]
    return found


def _caller(
    needed: SecurityScopes,
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    purpose: Annotated[
        str | None,
        Header(
            alias="X-Purpose",
            description="Why the call is made.",
            json_schema_extra={"enum": [purpose.value for purpose in Purpose]},
        ),
    ] = None,
    on_behalf_of: Annotated[
        str | None,
        Header(
            alias="X-On-Behalf-Of",
            description="Account or collar number of the person behind the call; never a name.",
            json_schema_extra={"pattern": _BEHALF_PATTERN},
        ),
    ] = None,
) -> Call:
    """Return the call.

    Raises NotAuthenticatedError, NotPermittedError, MissingPurposeError, RateLimitedError.
    """
    # Declared for the documentation: all of them are headers, which `call_now` reads in one pass.
    del credentials, purpose, on_behalf_of
    return call_now(request, needed.scopes)


def call_now(request: Request, scopes: Sequence[str]) -> Call:
    """Return the call that the headers of a request describe.

    Raises NotAuthenticatedError, NotPermittedError, MissingPurposeError, RateLimitedError.
    """
    scheme, secret = get_authorization_scheme_param(request.headers.get("Authorization"))
    if not secret or scheme.lower() != "bearer":
        raise NotAuthenticatedError
    purpose = request.headers.get("X-Purpose")
    on_behalf_of = request.headers.get("X-On-Behalf-Of")
    state = state_of(request)
    trace = CURRENT_TRACE.get() or RequestTrace(request_id="")
    try:
        actor = trace.actor = _actor(state, secret)
    except NotAuthenticatedError:
        trace.actor = tokens.account_behind(state.services, secret)
        raise
    name_tenant(actor.tenant)
    trace.role, trace.force = actor.role.value, actor.force or ""
    trace.purpose = purpose if purpose in _PURPOSES else ""
    if state.limiter is not None:
        state.limiter.take(actor.user_id)
    for scope in scopes:
        actor.require(Scope(scope))
    behalf = "" if on_behalf_of is None else _behalf(on_behalf_of)
    if not trace.purpose:
        raise MissingPurposeError(
            "X-Purpose is not a known code: use one of the codes in the API documentation."
        )
    caller = Caller(actor, Purpose(trace.purpose), behalf, trace.request_id)
    return Call(caller, state.services)


def _actor(state: ApiState, secret: str) -> Actor:
    """Return the actor behind a bearer token: our own token, or the identity provider's."""
    desk = state.identities
    if desk is not None and provider.is_provider_token(secret):
        return provider.authenticate_bearer(state.services, desk, secret)
    return tokens.authenticate(state.services, secret, may_decide=state.settings.trial)


def _behalf(text: str) -> str:
    if _IS_BEHALF(text) is None:
        raise InvalidInputError(
            "X-On-Behalf-Of is not valid: use 1 to 64 letters, digits or the characters ."
            " _ : @ / + = -."
        )
    return text


Enroller = Annotated[Call, Security(_caller, scopes=[Scope.ENROL])]
Searcher = Annotated[Call, Security(_caller, scopes=[Scope.SEARCH])]
SearchReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_SEARCHES])]
NamesEnquirer = Annotated[Call, Security(_caller, scopes=[Scope.NAMES_ENQUIRY])]
Examiner = Annotated[Call, Security(_caller, scopes=[Scope.EXAMINE])]
Resolver = Annotated[Call, Security(_caller, scopes=[Scope.RESOLVE])]
RecordReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_RECORDS])]
MatterTeller = Annotated[Call, Security(_caller, scopes=[Scope.TELL_MATTERS])]
RecordBeginner = Annotated[Call, Security(_caller, scopes=[Scope.BEGIN_RECORDS])]
RecordAmender = Annotated[Call, Security(_caller, scopes=[Scope.AMEND_RECORDS])]
EvidenceReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_EVIDENCE])]
LinkReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_LINKS])]
LinkRevoker = Annotated[Call, Security(_caller, scopes=[Scope.REVOKE_LINKS])]
LogReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_LOG])]
ConsultationReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_CONSULTATIONS])]
FigureReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_FIGURES])]
Merger = Annotated[Call, Security(_caller, scopes=[Scope.MERGE])]
Restricter = Annotated[Call, Security(_caller, scopes=[Scope.RESTRICT])]
DeletionDecider = Annotated[Call, Security(_caller, scopes=[Scope.DECIDE_DELETIONS])]
EvidenceHolder = Annotated[Call, Security(_caller, scopes=[Scope.READ_RESTRICTED])]
RestrictionReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_RESTRICTIONS])]
Eraser = Annotated[Call, Security(_caller, scopes=[Scope.ERASE])]
WebhookKeeper = Annotated[Call, Security(_caller, scopes=[Scope.WEBHOOKS])]
RequestWorker = Annotated[Call, Security(_caller, scopes=[Scope.WORK_REQUESTS])]
RequestReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_REQUESTS])]
ApplicationCarrier = Annotated[Call, Security(_caller, scopes=[Scope.CARRY_APPLICATIONS])]
AgencyAsker = Annotated[Call, Security(_caller, scopes=[Scope.ASK_AS_AGENCY])]
AgreementKeeper = Annotated[Call, Security(_caller, scopes=[Scope.KEEP_AGREEMENTS])]
AgreementReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_AGREEMENTS])]
LotKeeper = Annotated[Call, Security(_caller, scopes=[Scope.KEEP_LOTS])]
FrameSeer = Annotated[Call, Security(_caller, scopes=[Scope.SEE_FRAMES])]
FrameScanner = Annotated[Call, Security(_caller, scopes=[Scope.SCAN_FRAMES])]
FrameKeyer = Annotated[Call, Security(_caller, scopes=[Scope.KEY_FRAMES])]
FrameReconciler = Annotated[Call, Security(_caller, scopes=[Scope.SETTLE_FRAMES])]
SampleReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_SAMPLES])]
ConversionReader = Annotated[Call, Security(_caller, scopes=[Scope.READ_CONVERSION])]
ReferralAnswerer = Annotated[Call, Security(_caller, scopes=[Scope.ANSWER_REFERRALS])]
Operator = Annotated[Call, Security(_caller, scopes=[Scope.OPERATE])]
