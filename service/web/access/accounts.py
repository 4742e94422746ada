"""New accounts, two administrators vouching if the role decides; and the visitor's own tokens."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from domain.access.access import ROLES_OF_FORCES, ROLES_OF_SYSTEMS, Role, decides
from domain.errors import NotAuthenticatedError, NotPermittedError, SelfVerificationError
from domain.ids import ForceCode
from service.api.state import BenchOf
from service.api.trace import current_request_id
from service.usecases.access import accounts, sessions
from service.usecases.access.second_factor_proofs import Proof
from service.usecases.workbench import Workbench
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.rendering import home_of, render
from service.web.visitors import AdministratorOf, Visit, VisitorOf

router = page_router("/workbench/accounts")

_OWN, _OTHER = "own", "other"


@router.get("")
def show_new_account(visit: AdministratorOf) -> Response:
    """Show the form of a new account."""
    return _page(visit, Form({}, {}))


@router.post("")
def post_account(visit: AdministratorOf, form: FormOf) -> Response:
    """Add the account, or show the form again with its faults."""
    role = form.choice("role", Role, missing="Choose the role.")
    name = form.text("sign_in_name", missing="Enter the sign-in name of the new account.")
    password = _secret(form, "password", "Enter the first password of the new account.")
    force = _force(form, role)
    vouchers = _vouchers(visit, form, role) if role else ()
    if role is None or form.errors:
        return _page(visit, form)
    command = accounts.AddAccount(visit.caller, name, password, role, force, vouchers)
    with form.taking("sign_in_name", "password", "role"):
        try:
            accounts.add_account(visit.bench, command)
            return RedirectResponse("/workbench/accounts?made=yes", status_code=303)
        except (NotAuthenticatedError, NotPermittedError, SelfVerificationError) as error:
            # The sign-in of a voucher: it says nothing of the session that asks.
            form.errors["other_name"] = error.detail
    return _page(visit, form)


def _force(form: Form, role: Role | None) -> ForceCode | None:
    if role not in ROLES_OF_FORCES:
        return None
    return ForceCode(form.text("force", missing="Choose the force or office."))


def _vouchers(visit: Visit, form: Form, role: Role) -> accounts.Vouchers:
    """Return the sign-ins of both administrators; none if no vouching is needed."""
    if visit.bench.sign_in.is_trial or not decides(role):
        return ()
    missing = "Enter the sign-in name of the second administrator."
    other, client = form.text("other_name", missing=missing), visit.request.client
    return tuple(
        sessions.SignIn(
            name,
            _secret(form, f"{who}_password", f"Enter {whose} password."),
            client.host if client else "",
            current_request_id(),
            Proof(code=_secret(form, f"{who}_code", f"Enter {whose} one-time code.")),
        )
        for name, who, whose in (
            (_own_name(visit), _OWN, "your"),
            (other, _OTHER, "the second administrator's"),
        )
    )


def _secret(form: Form, name: str, missing: str) -> str:
    """Return a password or a code as it was typed; an empty one is an error."""
    typed = form.fields.get(name, "")
    if not typed:
        form.errors[name] = missing
    return typed


def _own_name(visit: Visit) -> str:
    visitor: sessions.Visitor = visit.request.state.visitor
    return visitor.account.sign_in_name


def _page(visit: Visit, form: Form) -> Response:
    # Passwords and codes are typed again: no page carries one.
    shown = {name: form.fields.get(name, "") for name in ("sign_in_name", "role", "force")}
    values = {
        "fields": shown | {"other_name": form.fields.get("other_name", "")},
        "roles": [
            (one.value, one.value.replace("-", " ").capitalize(), "")
            for one in Role
            if one not in ROLES_OF_SYSTEMS
        ],
        "is_trial": visit.bench.sign_in.is_trial,
        "own_name": _own_name(visit),
        "is_made": "made" in visit.request.query_params,
    }
    return form.page(visit, "access/accounts.html", values)


own_tokens_router = page_router("/workbench/tokens")

_NEW = "/workbench/tokens?new=yes"


@own_tokens_router.get("")
def show_tokens(request: Request, visitor: VisitorOf, bench: BenchOf) -> Response:
    """Show the tokens, with a notice if any were issued since the previous sign-in."""
    values = {
        "tokens": sessions.own_tokens(bench, visitor.account),
        "has_new": "new" in request.query_params,
        "home": home_of(visitor.account.role),
    }
    return render(request, "access/own_tokens.html", values)


def first_page(bench: Workbench, visitor: sessions.Visitor, *, back: str = "") -> str:
    """Return the page after a sign-in: of new tokens if there are any, else the role's first."""
    if sessions.has_new_tokens(bench, visitor):
        return _NEW
    return back or home_of(visitor.account.role)
