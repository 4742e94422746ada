"""Forms that outlive their session: a draft is there again after the next sign-in.

Only words of examiners and supervisors about prints are kept. A force's words about a person are
not: they are typed again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from domain.drafts import DraftStep
from domain.prints import FingerPosition
from service.api.trace import current_request_id
from service.usecases.examination.drafts import LateForm, keep_draft, kept_draft
from service.usecases.workbench import Workbench
from service.web.cookies import session_secret
from service.web.forms import Form, read_form
from service.web.visitors import Visit

_LONGEST = 20_000
"""Two hundred point pairs have fewer characters."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FINGER = re.compile(r"finger=[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A form whose fields are kept, and the page that shows it."""

    step: DraftStep
    parameter: str
    fields: tuple[str, ...]
    page: str


_MARKUP = tuple(
    f"{name}-{int(position)}"
    for name in ("flow", "novalue", "complex", "distorted", "reversed")
    for position in FingerPosition
)

_FORMS = {
    "/workbench/cases/{case_id}/analysis": _Kept(
        DraftStep.ANALYSIS,
        "case_id",
        ("value", "notes", "features", "traces", *_MARKUP),
        "/workbench/cases/{}/analysis",
    ),
    "/workbench/cases/{case_id}/comparison": _Kept(
        DraftStep.COMPARISON,
        "case_id",
        (
            *("label", "outcome", "reason", "points", "why_close"),
            *(f"finger-{int(p)}" for p in FingerPosition),
        ),
        "/workbench/cases/{}/comparison",
    ),
    "/workbench/cases/{case_id}/decision": _Kept(
        DraftStep.DECISION, "case_id", ("finding", "reason"), "/workbench/cases/{}/decision"
    ),
    "/workbench/differences/{case_id}": _Kept(
        DraftStep.RESOLUTION, "case_id", ("upheld", "reason"), "/workbench/differences/{}"
    ),
    "/workbench/links/{link_id}/revocation": _Kept(
        DraftStep.REVOCATION, "link_id", ("reason",), "/workbench/links/{}"
    ),
}
"""By the path of the route that takes the form."""


async def page_of_late_form(request: Request, route: str) -> str:
    """Keep the form of a late request; return the page to go back to, empty when none is kept."""
    kept = _FORMS.get(route)
    about_id = request.path_params.get(kept.parameter, "") if kept else ""
    secret = session_secret(request)
    if kept is None or not secret or not _ID.fullmatch(about_id):
        return ""
    form = await read_form(request)
    fields = {name: form.fields[name] for name in kept.fields if form.fields.get(name)}
    if any(len(value) > _LONGEST for value in fields.values()):
        return ""
    token = form.fields.get("csrf", "")
    late = LateForm(secret, token, kept.step, about_id, fields, current_request_id())
    bench: Workbench = request.app.state.workbench
    if not await run_in_threadpool(keep_draft, bench, late):
        return ""
    finger = request.url.query if _FINGER.fullmatch(request.url.query) else ""
    return kept.page.format(about_id) + (f"?{finger}" if finger else "")


def blank_or_kept(visit: Visit, step: DraftStep, about_id: str) -> Form:
    """Return the form of a page: empty, or with the caller's draft from a session that ended."""
    draft = kept_draft(visit.bench, visit.caller, step, about_id)
    return Form({}, {}) if draft is None else Form(draft.fields, {}, kept_at=draft.kept_at)
