"""Pages on which an applicant saves a document: how often and until when, and the document itself.

Saving is a form that is sent, so that a program that only follows links does not use up a fetch.
"""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.public.desk import desk_of, opened, opened_by
from service.public.pages.following import SAVED
from service.public.rendering import render


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


ROUTES = [
    Route("/application/download/{number:int}", show_download, methods=["GET"]),
    Route("/application/download/{number:int}", download, methods=["POST"]),
]
