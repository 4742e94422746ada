"""Pages on which an applicant sends or removes a document."""

import base64
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.applications.declarations import ApplicationForm, Slot, UploadFault
from service.public.desk import desk_of, opened
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


ROUTES = [
    Route("/application/document/{slot}/picture", show_picture, methods=["GET"]),
    Route("/application/document/{slot}", show_slot, methods=["GET"]),
    Route("/application/document/{slot}", send_slot, methods=["POST"]),
]
