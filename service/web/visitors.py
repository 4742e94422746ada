"""The signed-in visitor, as a dependency of every page but the sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from domain.access import Caller, Purpose, Role
from domain.errors import NotAuthenticatedError, NotPermittedError, SecondFactorMissingError
from domain.ids import RequestId
from service.api.state import BenchOf
from service.api.trace import CURRENT_TRACE, current_request_id
from service.ports.surroundings import name_tenant
from service.usecases.access.sessions import OVER, Visitor, actor_behind, recognise
from service.usecases.requests.reading import purpose_of_looks
from service.usecases.workbench import ROLE_PURPOSES, Workbench
from service.web.cookies import session_secret


def _signed_in(request: Request, bench: BenchOf) -> Visitor:
    """Return the signed-in visitor, with or without the second factor that their role needs.

    Raises NotAuthenticatedError.
    """
    secret = session_secret(request)
    if not secret:
        raise NotAuthenticatedError(OVER)
    # The queue fetches itself anew by htmx: a page left open does not keep its visitor signed in.
    trace = CURRENT_TRACE.get()
    try:
        visitor = recognise(bench, secret, is_used="hx-request" not in request.headers)
    except NotAuthenticatedError:
        if trace is not None:
            trace.actor = actor_behind(bench, secret)
        raise
    request.state.visitor = visitor
    name_tenant(visitor.account.actor.tenant)
    if trace is not None:
        trace.actor = visitor.account.actor
        trace.role = visitor.account.role.value
        trace.force = visitor.account.force or ""
        trace.purpose = ROLE_PURPOSES[visitor.account.role].value
    return visitor


SignedInOf = Annotated[Visitor, Depends(_signed_in)]
"""For signing out and for setting up the second factor; every other page takes a VisitorOf."""


def _visitor(visitor: SignedInOf) -> Visitor:
    """Return the signed-in visitor; raises SecondFactorMissingError."""
    if visitor.must_enrol:
        raise SecondFactorMissingError
    return visitor


VisitorOf = Annotated[Visitor, Depends(_visitor)]


@dataclass(frozen=True, slots=True)
class HasRole:
    """A dependency that lets these roles in and returns the caller."""

    roles: frozenset[Role]

    def __call__(self, visitor: VisitorOf, request: Request, bench: BenchOf) -> Caller:
        """Return the caller; raises NotPermittedError for another role."""
        role = visitor.account.role
        if role not in self.roles:
            raise NotPermittedError("Your role cannot open this page.")
        return caller_of(
            visitor, _purpose_of(request, bench) if role is Role.CASE_OFFICER else None
        )


def _purpose_of(request: Request, bench: Workbench) -> Purpose:
    """Return what a case officer opens a page for: its request, or else the work of its room."""
    if request_id := request.path_params.get("request_id"):
        return purpose_of_looks(bench.services, RequestId(request_id))
    # The address of the route: a path in front of the service is not part of it.
    _, _, room, *_ = f"{request.scope['route'].path}//".split("/")
    return _ROOMS.get(room, Purpose.RECORD_MANAGEMENT)


_ROOMS = {
    "exchange": Purpose.INTERNATIONAL_EXCHANGE,
    "agreements": Purpose.AGENCY_SERVICE,
    "asn-results": Purpose.AGENCY_SERVICE,
    "deletions": Purpose.DELETION,
}
"""By the first words of addresses below the workbench: work that is not management of records."""


def caller_of(visitor: Visitor, purpose: Purpose | None = None) -> Caller:
    """Return the caller a visitor is to the use cases; a role has its usual purpose.

    A case officer's depends on what is opened: see `HasRole`.
    """
    account = visitor.account
    return Caller(
        account.actor,
        purpose or ROLE_PURPOSES[account.role],
        request_id=current_request_id(),
    )


ExaminerOf = Annotated[Caller, Depends(HasRole(frozenset({Role.EXAMINER})))]
SupervisorOf = Annotated[Caller, Depends(HasRole(frozenset({Role.SUPERVISOR})))]
ForceOf = Annotated[Caller, Depends(HasRole(frozenset({Role.FORCE})))]
AuditorOf = Annotated[Caller, Depends(HasRole(frozenset({Role.AUDITOR})))]
AdministratorOf = Annotated[Caller, Depends(HasRole(frozenset({Role.ADMINISTRATOR})))]
CaseOfficerOf = Annotated[Caller, Depends(HasRole(frozenset({Role.CASE_OFFICER})))]
AgencyOf = Annotated[Caller, Depends(HasRole(frozenset({Role.AGENCY})))]
RequestReaderOf = Annotated[Caller, Depends(HasRole(frozenset({Role.CASE_OFFICER, Role.AUDITOR})))]
LookerOf = Annotated[Caller, Depends(HasRole(frozenset({Role.EXAMINER, Role.SUPERVISOR})))]
LinkReaderOf = Annotated[
    Caller, Depends(HasRole(frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.FORCE})))
]
RecordBeginnerOf = Annotated[Caller, Depends(HasRole(frozenset({Role.FORCE, Role.CASE_OFFICER})))]
RecordReaderOf = Annotated[Caller, Depends(HasRole(frozenset({Role.FORCE, Role.AUDITOR})))]
ConsultationReaderOf = Annotated[
    Caller, Depends(HasRole(frozenset({Role.SUPERVISOR, Role.AUDITOR})))
]
RestrictionReaderOf = Annotated[Caller, Depends(HasRole(frozenset({Role.SUPERVISOR, Role.FORCE})))]
FigureReaderOf = Annotated[
    Caller, Depends(HasRole(frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})))
]
DutyReaderOf = Annotated[
    Caller,
    Depends(
        HasRole(frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.CASE_OFFICER}))
    ),
]
KeyerOf = Annotated[Caller, Depends(HasRole(frozenset({Role.KEYER})))]
ReconcilerOf = Annotated[Caller, Depends(HasRole(frozenset({Role.RECONCILER})))]
SamplerOf = Annotated[Caller, Depends(HasRole(frozenset({Role.SAMPLER})))]
ReferralBodyOf = Annotated[Caller, Depends(HasRole(frozenset({Role.REFERRAL_BODY})))]
FrameSeerOf = Annotated[
    Caller,
    Depends(
        HasRole(
            frozenset({Role.KEYER, Role.RECONCILER, Role.SAMPLER, Role.SUPERVISOR, Role.AUDITOR})
        )
    ),
]
ConversionReaderOf = Annotated[
    Caller, Depends(HasRole(frozenset({Role.RECONCILER, Role.SUPERVISOR, Role.AUDITOR})))
]
