"""Pages on documents of an application, and on a sent application: state, letters, withdrawal."""

import base64
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.applications.declarations import MOST_WORDS, ApplicationForm, Slot, UploadFault
from service.public.desk import Posted, desk_of, opened, opened_by
from service.public.office import OfficeRefusedError, OpenedBy
from service.public.rendering import Catalogue, render


async def show_slot(request: Request) -> Response:
    """Ask for a document, or show that the document was sent."""
    _, read, form = await opened(request)
    slot = form.slot(request.path_params["slot"])
    if slot is None:
        raise HTTPException(404)
    if read["state"] != "draft":
        return desk_of(request).go("/application")
    return _page(request, form, slot, read)


async def send_slot(request: Request) -> Response:
    """Send a document and go on; if it is refused, ask again and show the reason."""
    desk = desk_of(request)
    posted = await desk.posted(request)
    by, read, form = await opened(request)
    slot = form.slot(request.path_params["slot"])
    if slot is None or read["state"] != "draft":
        raise HTTPException(404)
    there = sent_document(read, slot.name)
    if "remove" in posted.typed and there is not None:
        await desk.office.remove(by, there["document_id"])
        return desk.go(f"/application/document/{slot.name}")
    data = posted.file("document")
    if not data and (there is not None or not slot.is_needed):
        return desk.go(_next(form, slot))
    fault = await _sent(request, by, slot, data)
    if fault is None:
        return desk.go(_next(form, slot))
    return _page(request, form, slot, read, fault)


async def show_picture(request: Request) -> Response:
    """Show the document of a slot as a small picture."""
    by, read, _ = await opened(request)
    there = sent_document(read, request.path_params["slot"])
    if there is None:
        raise HTTPException(404)
    drawn = await desk_of(request).office.picture(by, there["document_id"])
    return Response(drawn.content, media_type=drawn.media_type)


def sent_document(read: Mapping[str, Any], slot: str) -> dict[str, Any] | None:
    """Return the document that a draft has in a slot, or None."""
    return next((one for one in read["documents"] if one["slot"] == slot), None)


async def _sent(request: Request, by: OpenedBy, slot: Slot, data: bytes) -> UploadFault | None:
    """Send a document to the office; return the reason if it is refused."""
    desk = desk_of(request)
    if not data:
        return UploadFault.EMPTY
    desk.take(desk.limits.uploads, request)
    try:
        await desk.office.upload(by, slot.name, base64.b64encode(data).decode())
    except OfficeRefusedError as error:
        if error.code != "upload-refused":
            raise
        return UploadFault(error.detail)
    return None


def upload_words(catalogue: Catalogue, fault: UploadFault) -> str:
    """Return in words why a document is refused."""
    return catalogue.say(f"uploads.{fault.name.lower().replace('_', '-')}")


def _next(form: ApplicationForm, slot: Slot) -> str:
    at = form.slots.index(slot) + 1
    if at < len(form.slots):
        return f"/application/document/{form.slots[at].name}"
    return "/application/check"


def _before(form: ApplicationForm, slot: Slot) -> str:
    at = form.slots.index(slot)
    if at:
        return f"/application/document/{form.slots[at - 1].name}"
    return f"/application/question/{form.pages[-1].name}"


def _page(
    request: Request,
    form: ApplicationForm,
    slot: Slot,
    read: Mapping[str, Any],
    fault: UploadFault | None = None,
) -> Response:
    shown = desk_of(request).shown(request)
    there = sent_document(read, slot.name)
    errors = {} if fault is None else {"document": upload_words(shown.catalogue, fault)}
    values = {
        "slot": slot,
        "there": there,
        "back_to": _before(form, slot),
        "errors": errors,
    }
    return render(shown, "document.html", values, status=422 if fault else 200)


DOCUMENT_ROUTES = [
    Route("/application/document/{slot}/picture", show_picture, methods=["GET"]),
    Route("/application/document/{slot}", show_slot, methods=["GET"]),
    Route("/application/document/{slot}", send_slot, methods=["POST"]),
]


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
