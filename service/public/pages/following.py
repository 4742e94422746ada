"""Pages on a sent application: state, question, letters and files, withdrawal, subscription."""

import base64
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.applications.declarations import MOST_WORDS, UploadFault
from service.public.desk import Posted, desk_of, opened, opened_by
from service.public.office import OfficeRefusedError
from service.public.pages.documents import upload_words
from service.public.rendering import render

SAVED = {
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""Headers that make a browser save a document and never open it as a page of this origin."""


async def show_state(request: Request) -> Response:
    """Show the state of an application; a form that has not been sent leads to the check page."""
    desk = desk_of(request)
    _, read, form = await opened(request)
    if read["state"] == "draft":
        return desk.go("/application/check")
    return render(desk.shown(request), "state.html", {"read": read, "form": form, "words": ""})


async def answer(request: Request) -> Response:
    """Answer the office's question; an answer that is refused is shown again."""
    desk = desk_of(request)
    posted = await desk.posted(request)
    _, read, form = await opened(request)
    if read["state"] != "question":
        return desk.go("/application")
    errors = await _answered(request, posted)
    if not errors:
        return desk.go("/application")
    values = {"read": read, "form": form, "words": posted.text("words"), "errors": errors}
    return render(desk.shown(request), "state.html", values, status=422)


async def _answered(request: Request, posted: Posted) -> dict[str, str]:
    """Send an answer to the office; return the reasons, by field, if it is refused."""
    desk, words = desk_of(request), posted.text("words")
    catalogue = desk.shown(request).catalogue
    data = posted.file("document")
    if not words.strip() or len(words) > MOST_WORDS:
        return {"words": catalogue.say("state.answer-missing")}
    if data:
        desk.take(desk.limits.uploads, request)
    try:
        await desk.office.answer(opened_by(request), words, base64.b64encode(data).decode())
    except OfficeRefusedError as error:
        if error.code == "upload-refused":
            return {"document": upload_words(catalogue, UploadFault(error.detail))}
        if error.status == 400:
            return {"words": catalogue.say("state.answer-unusable")}
        raise
    return {}


async def fetch(request: Request) -> Response:
    """Return a document from the office, for the applicant to save."""
    desk = desk_of(request)
    _, read, _ = await opened(request)
    number = int(request.path_params["number"])
    if not 1 <= number <= len(read["papers"]):
        raise HTTPException(404)
    paper = await desk.office.paper(opened_by(request), number)
    name = read["papers"][number - 1]["name"]
    headers = SAVED | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(paper.content, media_type=paper.media_type, headers=headers)


async def show_withdrawal(request: Request) -> Response:
    """Ask whether the application is to be withdrawn."""
    desk = desk_of(request)
    _, read, form = await opened(request)
    return render(desk.shown(request), "withdraw.html", {"read": read, "form": form})


async def withdraw(request: Request) -> Response:
    """Withdraw an application; if it has already been answered, it stays and the page says so."""
    desk = desk_of(request)
    await desk.posted(request)
    by, read, form = await opened(request)
    try:
        await desk.office.withdraw(by)
    except OfficeRefusedError as error:
        if error.status != 409:
            raise
        shown = desk.shown(request)
        errors = {"withdraw": shown.catalogue.say("withdraw.too-late")}
        values = {"read": read, "form": form, "errors": errors}
        return render(shown, "withdraw.html", values, status=409)
    return desk.go("/application")


async def show_subscription(request: Request) -> Response:
    """Show the subscription to a certificate, its code, and who asked with the code."""
    desk = desk_of(request)
    by, _, form = await opened(request)
    values = {"told": await desk.office.subscription(by), "form": form}
    return render(desk.shown(request), "subscription.html", values)


async def subscribe(request: Request) -> Response:
    """Begin or end the subscription; if it has changed meanwhile, show it as it is now."""
    desk = desk_of(request)
    posted = await desk.posted(request)
    act = "end" if posted.text("act") == "end" else "begin"
    try:
        await desk.office.subscription(opened_by(request), act)
    except OfficeRefusedError as error:
        if error.status not in {404, 409}:
            raise
    return desk.go("/application/subscription")


ROUTES = [
    Route("/application", show_state, methods=["GET"]),
    Route("/application/answer", answer, methods=["POST"]),
    Route("/application/papers/{number:int}", fetch, methods=["GET"]),
    Route("/application/withdraw", show_withdrawal, methods=["GET"]),
    Route("/application/withdraw", withdraw, methods=["POST"]),
    Route("/application/subscription", show_subscription, methods=["GET"]),
    Route("/application/subscription", subscribe, methods=["POST"]),
]


async def _ready(request: Request) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Return the number, the document and the application; raises HTTPException (404)."""
    _, read, _ = await opened(request)
    number = int(request.path_params["number"])
    if not 1 <= number <= len(read["handed"]):
        raise HTTPException(404)
    return number, read["handed"][number - 1], read


async def show_download(request: Request) -> Response:
    """Show a document that is available."""
    number, paper, read = await _ready(request)
    values = {"number": number, "paper": paper, "kind": read["kind"]}
    return render(desk_of(request).shown(request), "download.html", values)


async def download(request: Request) -> Response:
    """Fetch an available document from the office, for the applicant to save."""
    desk = desk_of(request)
    await desk.posted(request)
    number, paper, _ = await _ready(request)
    desk.take(desk.limits.downloads, request)
    fetched = await desk.office.fetch(opened_by(request), number)
    headers = SAVED | {"Content-Disposition": f'attachment; filename="{paper["name"]}"'}
    return Response(fetched.content, media_type=fetched.media_type, headers=headers)


DOWNLOADS = [
    Route("/application/download/{number:int}", show_download, methods=["GET"]),
    Route("/application/download/{number:int}", download, methods=["POST"]),
]
