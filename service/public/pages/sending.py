"""Pages on which the applicant checks the answers and sends the form."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.applications.answers import faults_of
from domain.applications.declarations import Answers, ApplicationForm
from service.public.desk import Desk, desk_of, opened
from service.public.pages.questions import fault_words
from service.public.rendering import Catalogue, render


async def show_check(request: Request) -> Response:
    """Show all answers, each with a link to change it."""
    desk = desk_of(request)
    _, read, form = await opened(request)
    if read["state"] != "draft":
        return desk.go("/application")
    return _page(desk, request, form, read, errors={})


async def send(request: Request) -> Response:
    """Send the form; if it cannot be sent, list each reason with a link to its place."""
    desk = desk_of(request)
    posted = await desk.posted(request)
    by, read, form = await opened(request)
    if read["state"] != "draft":
        return desk.go("/application/sent")
    shown = desk.shown(request)
    errors = _errors(shown.catalogue, form, read, desk)
    if not posted.text("declared"):
        errors["declared"] = shown.catalogue.say("check.declare-missing")
    if errors:
        return _page(desk, request, form, read, errors=errors)
    await desk.office.submit(by)
    return desk.go("/application/sent")


async def show_sent(request: Request) -> Response:
    """Confirm that the form was sent."""
    desk = desk_of(request)
    by, read, form = await opened(request)
    if read["state"] == "draft":
        return desk.go("/application/check")
    return render(desk.shown(request), "sent.html", {"by": by, "form": form, "read": read})


def _answers(read: Mapping[str, Any]) -> Answers:
    return {name: tuple(given) for name, given in read["answers"].items()}


def _errors(
    catalogue: Catalogue, form: ApplicationForm, read: Mapping[str, Any], desk: Desk
) -> dict[str, str]:
    found = {
        f"row-{one.question}": fault_words(catalogue, one)
        for one in faults_of(form, _answers(read), desk.today())
    }
    there = {one["slot"] for one in read["documents"]}
    for slot in form.slots:
        if slot.is_needed and slot.name not in there:
            label = catalogue.say(f"slots.{slot.name}.title")
            found[f"row-{slot.name}"] = catalogue.say("faults.document-missing", label=label)
    return found


def _page(
    desk: Desk,
    request: Request,
    form: ApplicationForm,
    read: Mapping[str, Any],
    *,
    errors: dict[str, str],
) -> Response:
    last = f"document/{form.slots[-1].name}" if form.slots else f"question/{form.pages[-1].name}"
    values = {
        "form": form,
        "answers": _answers(read),
        "there": {one["slot"]: one for one in read["documents"]},
        "back_to": f"/application/{last}",
        "errors": errors,
    }
    return render(desk.shown(request), "check.html", values, status=422 if errors else 200)


ROUTES = [
    Route("/application/check", show_check, methods=["GET"]),
    Route("/application/check", send, methods=["POST"]),
    Route("/application/sent", show_sent, methods=["GET"]),
]
