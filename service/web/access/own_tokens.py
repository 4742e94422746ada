"""The tokens issued in the name of the signed-in user."""

from fastapi import Request
from starlette.responses import Response

from service.api.state import BenchOf
from service.usecases.access.own_tokens import has_new_tokens, own_tokens
from service.usecases.access.sessions import Visitor
from service.usecases.workbench import Workbench
from service.web.page_route import page_router
from service.web.rendering import home_of, render
from service.web.visitors import VisitorOf

router = page_router("/workbench/tokens")

_NEW = "/workbench/tokens?new=yes"


@router.get("")
def show_tokens(request: Request, visitor: VisitorOf, bench: BenchOf) -> Response:
    """Show the tokens, with a notice if any were issued since the previous sign-in."""
    values = {
        "tokens": own_tokens(bench, visitor.account),
        "has_new": "new" in request.query_params,
        "home": home_of(visitor.account.role),
    }
    return render(request, "access/own_tokens.html", values)


def first_page(bench: Workbench, visitor: Visitor, *, back: str = "") -> str:
    """Return the page after a sign-in: the notice of new tokens if there are any, else the role's
    first page.
    """
    if has_new_tokens(bench, visitor):
        return _NEW
    return back or home_of(visitor.account.role)
