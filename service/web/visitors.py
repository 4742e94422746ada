"""The signed-in visitor, as a dependency of every page except the sign-in page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from domain.access.access import Caller, Purpose, Role
from domain.errors import NotAuthenticatedError, NotPermittedError, SecondFactorMissingError
from domain.ids import RequestId
from domain.list_pages import ListPage
from service.api.authentication import Call
from service.api.state import BenchOf
from service.api.trace import CURRENT_TRACE, current_request_id
from service.ports.surroundings import name_tenant
from service.usecases.access.sessions import OVER, Visitor, actor_behind, recognise
from service.usecases.requests.reading import purpose_of_looks
from service.usecases.workbench import ROLE_PURPOSES, Workbench
from service.web.cookies import session_secret
from service.web.rendering import render
from service.web.tables import address_from


def signed_in(request: Request, bench: BenchOf) -> Visitor:
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


SignedInOf = Annotated[Visitor, Depends(signed_in)]
"""For signing out and for setting up the second factor; every other page takes a VisitorOf."""


def _visitor(visitor: SignedInOf) -> Visitor:
    """Return the signed-in visitor; raises SecondFactorMissingError."""
    if visitor.must_enrol:
        raise SecondFactorMissingError
    return visitor


VisitorOf = Annotated[Visitor, Depends(_visitor)]


@dataclass(frozen=True, slots=True)
class Visit(Call):
    """Everything from which a page for a signed-in visitor is made, except its form."""

    request: Request
    bench: Workbench

    def cursor(self, name: str) -> str | None:
        """Return where the page of a list begins, by this parameter; None for the first page."""
        return self.request.query_params.get(name) or None

    def turning(self, cursor: str, further: object | None) -> tuple[str | None, str | None]:
        """Return the addresses of the first and the next page; None for a page that is not needed.

        `cursor`: the parameter of where a page begins; `further`: its value for the next page.
        """
        first = address_from(self.request) if self.cursor(cursor) else None
        return first, address_from(self.request, **{cursor: further}) if further else None

    def page(self, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
        """Return the page that a template makes of the values, for this visitor."""
        return render(self.request, template, values, status=status)

    def list_page(
        self, template: str, name: str, found: ListPage[Any, Any], cursor: str, **others: Any
    ) -> Response:
        """Return the page of a list: its items by this name, `others`, and where it turns."""
        turning = self.turning(cursor, found.next_key)
        return self.page(template, {name: found.items, "turning": turning, **others})


@dataclass(frozen=True, slots=True)
class HasRole:
    """A dependency that admits these roles and returns their visit."""

    roles: frozenset[Role]

    def __call__(self, visitor: VisitorOf, request: Request, bench: BenchOf) -> Visit:
        """Return the visit; raises NotPermittedError for another role."""
        role = visitor.account.role
        if role not in self.roles:
            raise NotPermittedError("Your role cannot open this page.")
        purpose = _purpose_of(request, bench) if role is Role.CASE_OFFICER else None
        return Visit(caller_of(visitor, purpose), bench.services, request, bench)


def _purpose_of(request: Request, bench: Workbench) -> Purpose:
    """Return the purpose of a case officer's page: that of its request, else of its room."""
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
    """Return a visitor as the caller of use cases, with the usual purpose of the role.

    A case officer's purpose depends on what is opened: see `HasRole`.
    """
    account = visitor.account
    return Caller(
        account.actor,
        purpose or ROLE_PURPOSES[account.role],
        request_id=current_request_id(),
    )


def roles(*named: Role) -> Any:
    """Return the dependency of a page that these roles may open."""
    return Depends(HasRole(frozenset(named)))


ExaminerOf = Annotated[Visit, roles(Role.EXAMINER)]
SupervisorOf = Annotated[Visit, roles(Role.SUPERVISOR)]
ForceOf = Annotated[Visit, roles(Role.FORCE)]
AuditorOf = Annotated[Visit, roles(Role.AUDITOR)]
AdministratorOf = Annotated[Visit, roles(Role.ADMINISTRATOR)]
CaseOfficerOf = Annotated[Visit, roles(Role.CASE_OFFICER)]
AgencyOf = Annotated[Visit, roles(Role.AGENCY)]
RequestReaderOf = Annotated[Visit, roles(Role.CASE_OFFICER, Role.AUDITOR)]
LookerOf = Annotated[Visit, roles(Role.EXAMINER, Role.SUPERVISOR)]
LinkReaderOf = Annotated[Visit, roles(Role.SUPERVISOR, Role.AUDITOR, Role.FORCE)]
RecordBeginnerOf = Annotated[Visit, roles(Role.FORCE, Role.CASE_OFFICER)]
RecordReaderOf = Annotated[Visit, roles(Role.FORCE, Role.AUDITOR)]
ConsultationReaderOf = Annotated[Visit, roles(Role.SUPERVISOR, Role.AUDITOR)]
RestrictionReaderOf = Annotated[Visit, roles(Role.SUPERVISOR, Role.FORCE)]
FigureReaderOf = Annotated[Visit, roles(Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)]
DUTY_READERS = (Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.CASE_OFFICER)
DutyReaderOf = Annotated[Visit, roles(*DUTY_READERS)]
AnyoneOf = Annotated[Visit, roles(*Role)]
KeyerOf = Annotated[Visit, roles(Role.KEYER)]
ReconcilerOf = Annotated[Visit, roles(Role.RECONCILER)]
SamplerOf = Annotated[Visit, roles(Role.SAMPLER)]
ReferralBodyOf = Annotated[Visit, roles(Role.REFERRAL_BODY)]
FrameSeerOf = Annotated[
    Visit, roles(Role.KEYER, Role.RECONCILER, Role.SAMPLER, Role.SUPERVISOR, Role.AUDITOR)
]
ConversionReaderOf = Annotated[Visit, roles(Role.RECONCILER, Role.SUPERVISOR, Role.AUDITOR)]
