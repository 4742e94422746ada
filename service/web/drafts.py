"""Forms sent after their session ended: kept as drafts, and filled in after the next sign-in.

Every form that people fill in is kept, except enquiries: an enquiry is quick to type again, and so
no details of a person are kept for it.
"""

import re
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api.trace import current_request_id
from service.usecases.access.kept_pages import (
    LateForm,
    drafts_of,
    drop_draft,
    keep_draft,
    kept_drafts,
)
from service.usecases.workbench import Workbench
from service.web.cookies import session_secret
from service.web.forms import Form, read_form
from service.web.kept_pages import page_of
from service.web.visitors import Visit, caller_of

_LONGEST = 20_000
"""Two hundred point pairs have fewer characters."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FINGER = re.compile(r"finger=[0-9]{1,2}")
_PLACE = "/workbench/"
_AT = "at:"
"""The name of the field with the address of the page; no form has a field of that name."""

ASKING = frozenset({"find", "names", "searches/new", "today/drafts"})
"""Forms that ask, or discard a draft, by their routes."""
_SECRET = re.compile(r"csrf|.*password.*|code|proof.*|key|carried")
"""Secrets, proofs of this moment, and files that came back in a field."""


async def page_of_late_form(request: Request, route: str) -> str:
    """Keep the form of a late request; return the page to go back to, or "" if none is kept."""
    secret, about_id = session_secret(request), _about(request)
    step = route.removeprefix(_PLACE)
    if not secret or step in ASKING or not _ID.fullmatch(about_id or "none"):
        return ""
    form = await read_form(request)
    typed = {
        name: value for name, value in form.fields.items() if value and not _SECRET.fullmatch(name)
    }
    if not typed or any(len(value) > _LONGEST for value in typed.values()):
        return ""
    page = page_of(request, route)
    token = form.fields.get("csrf", "")
    late = LateForm(
        secret, token, step, about_id, {**typed, _AT: page}, request_id=current_request_id()
    )
    bench: Workbench = request.app.state.workbench
    if not await run_in_threadpool(keep_draft, bench, late):
        return ""
    finger = request.url.query if _FINGER.fullmatch(request.url.query) else ""
    return page + (f"?{finger}" if finger else "")


async def drop_sent_draft(request: Request, route: str) -> None:
    """Erase the visitor's draft of a form that has just been carried out."""
    visitor = getattr(request.state, "visitor", None)
    if visitor is None:
        return
    bench: Workbench = request.app.state.workbench
    step, caller = route.removeprefix(_PLACE), caller_of(visitor)
    await run_in_threadpool(drop_draft, bench, caller, step, _about(request))


def begun_form(visit: Visit) -> Form:
    """Return the form of a page: empty, or filled from the caller's drafts."""
    request = visit.request
    forms: tuple[str, ...] = request.app.state.forms.get(request.scope["route"].path, ())
    steps = tuple(route.removeprefix(_PLACE) for route in forms)
    path = request.scope["path"]
    found = [
        one
        for one in kept_drafts(visit.bench, visit.caller, steps, _about(request))
        if one.fields.get(_AT) == path
    ]
    if not found:
        return Form({}, {})
    fields = {name: value for one in found for name, value in one.fields.items()}
    return Form(fields, {}, kept_at=found[-1].kept_at)


def begun_pages(visit: Visit) -> list[tuple[str, datetime]]:
    """Return the pages for which the caller has drafts, and when they were typed, oldest first."""
    return [(one.fields.get(_AT, ""), one.kept_at) for one in drafts_of(visit.bench, visit.caller)]


def discard(visit: Visit, page: str) -> None:
    """Erase the caller's drafts of the forms on a page."""
    for one in drafts_of(visit.bench, visit.caller):
        if one.fields.get(_AT, "") == page:
            drop_draft(visit.bench, visit.caller, one.step, one.about_id)


def _about(request: Request) -> str:
    """Return the id of the thing that a page is about; empty for a page about no single thing."""
    return next(iter(request.path_params.values()), "")
