"""Signing in and out."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from domain.errors import NotAuthenticatedError
from service.api.state import BenchOf
from service.api.trace import current_request_id
from service.usecases.access.sessions import SignIn, csrf_token, recognise, sign_in, sign_out
from service.usecases.workbench import Workbench
from service.web import cookies
from service.web.access.key_forms import now_s, proof_of, proving
from service.web.access.own_tokens import first_page
from service.web.forms import Form, FormOf, check_token, read_form
from service.web.page_route import page_router
from service.web.rendering import home_of, render
from service.web.visitors import SignedInOf, VisitorOf

router = page_router("/workbench")


@router.get("")
def show_first_page(visitor: VisitorOf) -> Response:
    """Send a visitor to the first page of their role."""
    return RedirectResponse(home_of(visitor.account.role), status_code=303)


@router.get("/sign-in")
def show_sign_in(request: Request, bench: BenchOf) -> Response:
    """Show the form, with a link to the identity provider if there is one."""
    return sign_in_page(request, bench)


@router.post("/sign-in")
def post_sign_in(
    request: Request, form: Annotated[Form, Depends(read_form)], bench: BenchOf
) -> Response:
    """Begin a session, or show the form again with the fault."""
    visit = cookies.visit_secret(request)
    check_token(form, csrf_token(visit) if visit else "")
    name = form.text("name", missing="Enter your sign-in name.")
    password = form.fields.get("password", "")
    if not password:
        form.errors["password"] = "Enter your password."  # noqa: S105 - a message
    if form.errors:
        return sign_in_page(request, bench, name=name, errors=form.errors, status=422)
    address = request.client.host if request.client else ""
    try:
        proof = proof_of(request, bench, form, visit, field="code")
        secret = sign_in(bench, SignIn(name, password, address, current_request_id(), proof))
    except NotAuthenticatedError as error:
        return sign_in_page(request, bench, name=name, errors={"name": error.detail}, status=401)
    onward = first_page(bench, recognise(bench, secret), back=page_to_go_back_to(request))
    response = RedirectResponse(onward, status_code=303)
    cookies.set_session(request, response, secret)
    return response


@router.post("/sign-out")
def post_sign_out(request: Request, visitor: SignedInOf, form: FormOf, bench: BenchOf) -> Response:
    """End the session."""
    del form  # read for its token
    sign_out(bench, visitor, current_request_id())
    response = RedirectResponse("/workbench/sign-in?signed-out=yes", status_code=303)
    cookies.drop_session(request, response)
    return response


def sign_in_page(
    request: Request,
    bench: Workbench,
    *,
    name: str = "",
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    """Return the sign-in page; `notice` says why a sign-in at the identity provider failed."""
    values: dict[str, object] = {
        "name": name,
        "errors": errors or {},
        "notice": notice,
        "has_passwords": bench.sign_in.allows_passwords,
        "has_provider": bench.provider is not None,
        "back": page_to_go_back_to(request),
        "signed_out": "signed-out" in request.query_params,
        "kept": request.query_params.get("kept", ""),
        "was_sent_here": bool(page_to_go_back_to(request)) and not cookies.session_secret(request),
    }
    visit = cookies.visit_secret(request)
    # The token needs a random value of this browser: set on the very answer that uses it.
    carrier = Response()
    visit = visit or cookies.new_visit(request, carrier)
    values |= {"csrf": csrf_token(visit), **proving(request, bench, visit, now_s(bench))}
    page = render(request, "access/sign_in.html", values, status=status)
    if "set-cookie" in carrier.headers:
        page.headers.append("set-cookie", carrier.headers["set-cookie"])
    return page


def page_to_go_back_to(request: Request) -> str:
    """Return the page to go back to; empty unless it is one of ours."""
    back = request.query_params.get("back", "")
    is_ours = back.startswith("/workbench/") and "//" not in back and "\\" not in back
    return back if is_ours and "/sign-" not in back else ""
