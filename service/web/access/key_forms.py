"""Security keys on pages: the challenges that forms show, and the answers that they bring."""

from urllib.parse import urlsplit

from fastapi import Request

from service.usecases.access.second_factor_proofs import Proof
from service.usecases.access.security_keys import Asking, Ceremony, ceremony, options_to_prove
from service.usecases.workbench import Workbench
from service.web.forms import Form


def challenge_at(
    request: Request, bench: Workbench, secret: str, asking: Asking, at_s: int
) -> Ceremony:
    """Return a challenge. `secret`: of the session or visit; `at_s`: in seconds since 1970."""
    return ceremony(_origin(request, bench), secret, asking, at_s)


def now_s(bench: Workbench) -> int:
    """Return the seconds since 1970."""
    return int(bench.services.surroundings.clock().timestamp())


def challenge_of(
    request: Request, bench: Workbench, form: Form, secret: str, asking: Asking
) -> Ceremony:
    """Return the challenge of the page that a form came from."""
    asked_at = form.fields.get("asked_at", "")
    at_s = int(asked_at) if asked_at.isascii() and asked_at.isdigit() else 0
    return challenge_at(request, bench, secret, asking, at_s)


def proof_of(
    request: Request, bench: Workbench, form: Form, secret: str, *, field: str = "proof"
) -> Proof:
    """Return the proof of a second factor in a form: a code, or a security key's answer."""
    asked = challenge_of(request, bench, form, secret, Asking.PROVE)
    return Proof(form.text(field), form.fields.get("answer", ""), asked)


def proving(request: Request, bench: Workbench, secret: str, at_s: int) -> dict[str, object]:
    """Return the values of a page that asks for a second factor."""
    asked = challenge_at(request, bench, secret, Asking.PROVE, at_s)
    options = options_to_prove(asked) if asked.is_possible else ""
    return {"key_options": options, "asked_at": asked.asked_at}


def _origin(request: Request, bench: Workbench) -> str:
    parts = urlsplit(str(request.base_url))
    return bench.sign_in.origin or f"{parts.scheme}://{parts.netloc}"
