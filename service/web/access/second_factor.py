"""The second factors of a person's own account; and security keys on pages."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import segno
from fastapi import Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from domain.access.accounts import FactorKind
from domain.errors import InvalidInputError, NotPermittedError
from domain.ids import FactorId
from service.api.state import BenchOf
from service.usecases.access import second_factor_proofs, second_factors, security_keys
from service.usecases.access.sessions import Visitor
from service.usecases.workbench import Workbench
from service.web.access.accounts import first_page
from service.web.cookies import session_secret
from service.web.forms import Form, FormOf
from service.web.kept_pages import SHOWN_ONCE
from service.web.page_route import SECOND_FACTOR, page_router
from service.web.rendering import render
from service.web.visitors import SignedInOf, caller_of


def challenge_at(
    request: Request, bench: Workbench, secret: str, asking: security_keys.Asking, at_s: int
) -> security_keys.Ceremony:
    """Return a challenge. `secret`: of the session or visit; `at_s`: in seconds since 1970."""
    return security_keys.ceremony(_origin(request, bench), secret, asking, at_s)


def now_s(bench: Workbench) -> int:
    """Return the seconds since 1970."""
    return int(bench.services.now().timestamp())


def challenge_of(
    request: Request, bench: Workbench, form: Form, secret: str, asking: security_keys.Asking
) -> security_keys.Ceremony:
    """Return the challenge of the page that a form came from."""
    asked_at = form.fields.get("asked_at", "")
    at_s = int(asked_at) if asked_at.isascii() and asked_at.isdigit() else 0
    return challenge_at(request, bench, secret, asking, at_s)


def proof_of(
    request: Request, bench: Workbench, form: Form, secret: str, *, field: str = "proof"
) -> second_factor_proofs.Proof:
    """Return the proof of a second factor in a form: a code, or a security key's answer."""
    asked = challenge_of(request, bench, form, secret, security_keys.Asking.PROVE)
    return second_factor_proofs.Proof(form.text(field), form.fields.get("answer", ""), asked)


def proving(request: Request, bench: Workbench, secret: str, at_s: int) -> dict[str, object]:
    """Return the values of a page that asks for a second factor."""
    asked = challenge_at(request, bench, secret, security_keys.Asking.PROVE, at_s)
    options = security_keys.options_to_prove(asked) if asked.is_possible else ""
    return {"key_options": options, "asked_at": asked.asked_at}


def _origin(request: Request, bench: Workbench) -> str:
    parts = urlsplit(str(request.base_url))
    return bench.sign_in.origin or f"{parts.scheme}://{parts.netloc}"


router = page_router("/workbench/second-factor")

_GROUP = 4
_LONGEST_NAME = 60
_UNNAMED = "Security key"


@router.get("")
def show_second_factor(request: Request, visitor: SignedInOf, bench: BenchOf) -> Response:
    """Show the second factors, or how to enrol one."""
    return _page(request, visitor, bench, errors={})


@router.post("")
def post_second_factor(
    request: Request, visitor: SignedInOf, form: FormOf, bench: BenchOf
) -> Response:
    """Enrol the authenticator whose code was entered, and show the recovery codes once."""
    _check_has_password(visitor)
    session = session_secret(request)
    secret = second_factors.enrolment_secret(bench, visitor.account.user_id, session)
    proof = proof_of(request, bench, form, session)
    try:
        enrolled = second_factors.enrol(
            bench, caller_of(visitor), secret, form.text("code"), proof
        )
    except InvalidInputError as error:
        return _page(request, visitor, bench, errors=_at_field(error))
    return _recovery_codes(request, visitor, bench, enrolled)


@router.post("/key")
def post_key(request: Request, visitor: SignedInOf, form: FormOf, bench: BenchOf) -> Response:
    """Register the security key that answered, and show its recovery codes once."""
    _check_has_password(visitor)
    session = session_secret(request)
    asked = challenge_of(request, bench, form, session, security_keys.Asking.REGISTER)
    name = form.text("name")[:_LONGEST_NAME] or _UNNAMED
    offered = second_factors.KeyOffered(asked, form.fields.get("key", ""), name)
    proof = proof_of(request, bench, form, session)
    try:
        enrolled = second_factors.enrol_key(bench, caller_of(visitor), offered, proof)
    except InvalidInputError as error:
        return _page(request, visitor, bench, errors=_at_field(error), key_name=name)
    return _recovery_codes(request, visitor, bench, enrolled)


@router.post("/removal")
def post_removal(request: Request, visitor: SignedInOf, form: FormOf, bench: BenchOf) -> Response:
    """Remove a second factor, if a code or a security key's answer proves that its owner asks."""
    factor_id = FactorId(form.text("factor"))
    proof = proof_of(request, bench, form, session_secret(request))
    try:
        second_factors.remove(bench, caller_of(visitor), factor_id, proof)
    except InvalidInputError as error:
        return _page(request, visitor, bench, errors=_at_field(error))
    return RedirectResponse(SECOND_FACTOR, status_code=303)


def _at_field(error: InvalidInputError) -> dict[str, str]:
    return {(error.pointer or "/proof").removeprefix("/"): error.detail}


def _recovery_codes(
    request: Request, visitor: Visitor, bench: Workbench, enrolled: second_factors.Enrolled
) -> Response:
    values = {"codes": enrolled.recovery_codes, "onward": first_page(bench, visitor)}
    response = render(request, "access/recovery_codes.html", values)
    response.headers[SHOWN_ONCE] = "yes"
    return response


def _page(
    request: Request,
    visitor: Visitor,
    bench: Workbench,
    *,
    errors: Mapping[str, str],
    key_name: str = "",
) -> Response:
    """Return the page of second factors, with status 422 if there are errors."""
    _check_has_password(visitor)
    account, session, at_s = visitor.account, session_secret(request), now_s(bench)
    states = second_factors.factor_states(bench, account.user_id)
    secret = second_factors.enrolment_secret(bench, account.user_id, session)
    key = second_factor_proofs.base32(secret)
    values = {
        "errors": errors,
        "named": {"name": key_name},
        "states": states,
        "has_authenticator": any(one.factor.kind is FactorKind.AUTHENTICATOR for one in states),
        "must_enrol": visitor.must_enrol,
        "picture": _picture(second_factor_proofs.enrolment_address(secret, account)),
        "key": " ".join(key[at : at + _GROUP] for at in range(0, len(key), _GROUP)),
        "new_key_options": _registration(request, visitor, bench, states, at_s),
        **proving(request, bench, session, at_s),
    }
    status = 422 if errors else 200
    return render(request, "access/second_factor.html", values, status=status)


def _registration(
    request: Request,
    visitor: Visitor,
    bench: Workbench,
    states: tuple[second_factors.FactorState, ...],
    at_s: int,
) -> str:
    """Return the options for registering a key in a browser; empty if no key can be registered."""
    asked = challenge_at(
        request, bench, session_secret(request), security_keys.Asking.REGISTER, at_s
    )
    known = tuple(one.key for one in states if one.key is not None)
    return (
        security_keys.options_to_register(asked, visitor.account, known)
        if asked.is_possible
        else ""
    )


def _check_has_password(visitor: Visitor) -> None:
    if not visitor.account.password_hash:
        raise NotPermittedError(
            "Your identity provider asks for the second factor: set it up there."
        )


def _picture(address: str) -> Markup:
    """Return the QR code of an address as SVG for use inside a page."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=5, border=4, light="#fff", title="QR code with the key below"
    )
    return Markup(drawn)  # noqa: S704 - drawn here; the address in it is dots, not text
