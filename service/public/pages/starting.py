"""Pages that show the services, begin, send and open a form, or leave an application."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.applications.declarations import Answers, ApplicationForm, faults_of
from domain.applications.forms import FORMS
from service.public.desk import Desk, TooManyError, desk_of, opened, opened_by, session_of
from service.public.office import OfficeRefusedError, OpenedBy
from service.public.pages.questions import fault_words
from service.public.rendering import HELP_PAGES, Catalogue, render


async def show_services(request: Request) -> Response:
    """Show the forms on offer."""
    desk = desk_of(request)
    kinds = await desk.office.kinds()
    return render(desk.shown(request), "services.html", {"kinds": kinds})


async def show_service(request: Request) -> Response:
    """Show what an application requires, before it is begun."""
    desk = desk_of(request)
    kind = request.path_params["kind"]
    if kind not in await desk.office.kinds():
        raise HTTPException(404)
    return render(desk.shown(request), "service.html", {"form": FORMS[kind]})


async def begin(request: Request) -> Response:
    """Begin a form, and show its reference and code."""
    desk = desk_of(request)
    await desk.posted(request)
    desk.take(desk.limits.starts, request)
    by = await desk.office.start(request.path_params["kind"])
    session = replace(
        desk.sessions.closed(session_of(request)), reference=by.reference, code=by.code
    )
    return desk.go("/application/reference", session)


async def show_reference(request: Request) -> Response:
    """Show the reference and code of the open application, for the applicant to write down."""
    desk = desk_of(request)
    by = opened_by(request)
    read = await desk.office.read(by)
    values = {"by": by, "is_draft": read["state"] == "draft", "form": FORMS[read["kind"]]}
    return render(desk.shown(request), "reference.html", values)


async def show_opening(request: Request) -> Response:
    """Ask for a reference and a code."""
    return render(desk_of(request).shown(request), "open.html", {"reference": ""})


async def open_application(request: Request) -> Response:
    """Open an application; the error is the same whether the reference or the code is wrong."""
    desk = desk_of(request)
    posted = await desk.posted(request)
    desk.take(desk.limits.openings, request)
    by = OpenedBy(posted.text("reference"), posted.text("code"))
    key = desk.reference_key(by.reference)
    source, guesses = desk.source(request), desk.limits.guesses
    if guesses.is_held_up(key, source):
        raise TooManyError
    try:
        await desk.office.read(by)
    except OfficeRefusedError:
        guesses.fail(key, source)
        shown = desk.shown(request)
        errors = {"reference": shown.catalogue.say("open.wrong")}
        values = {"errors": errors, "reference": by.reference[:60]}
        return render(shown, "open.html", values, status=422)
    guesses.open(key, source)
    session = replace(
        desk.sessions.closed(session_of(request)), reference=by.reference, code=by.code
    )
    return desk.go("/application", session)


async def leave(request: Request) -> Response:
    """Close the application in this browser."""
    desk = desk_of(request)
    await desk.posted(request)
    return desk.go("/", desk.sessions.closed(session_of(request)))


async def show_help(request: Request) -> Response:
    """Show a page about the pages themselves: contact, privacy, accessibility, cookies."""
    desk, name = desk_of(request), request.path_params["name"]
    if name not in HELP_PAGES:
        raise HTTPException(404)
    shown = desk.shown(request)
    contact = shown.told.contact or shown.catalogue.say("help.contact.none")
    about = {"contact": contact, "cookie": desk.sessions.name}
    return render(shown, "help.html", {"name": name, "about": about})


async def choose_language(request: Request) -> Response:
    """Show the pages in another language from now on."""
    desk = desk_of(request)
    language = request.path_params["language"]
    if language not in desk.catalogues:
        raise HTTPException(404)
    back = request.query_params.get("back", "/")
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    return desk.go(back if is_ours else "/", replace(session_of(request), language=language))


ROUTES = [
    Route("/", show_services),
    Route("/apply/{kind}", show_service, methods=["GET"]),
    Route("/apply/{kind}", begin, methods=["POST"]),
    Route("/open", show_opening, methods=["GET"]),
    Route("/open", open_application, methods=["POST"]),
    Route("/help/{name}", show_help, methods=["GET"]),
    Route("/language/{language}", choose_language, methods=["GET"]),
    Route("/application/reference", show_reference, methods=["GET"]),
    Route("/application/leave", leave, methods=["POST"]),
]


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


SENDING = [
    Route("/application/check", show_check, methods=["GET"]),
    Route("/application/check", send, methods=["POST"]),
    Route("/application/sent", show_sent, methods=["GET"]),
]
