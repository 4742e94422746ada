"""The API reference as a page, drawn from `/openapi.json` by files that come with the service."""

from starlette.responses import HTMLResponse, Response

from service.api.teaching.finishing import TAGS
from service.web.page_route import CONTENT_SECURITY_POLICY, HEADERS
from service.web.rendering import render_text

PATH = "/docs"

# Its style sheet holds pictures.
_POLICY = CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:")


def show_reference() -> Response:
    """Show the API reference.

    No sign-in is needed.
    """
    headers = {**HEADERS, "Content-Security-Policy": _POLICY}
    return HTMLResponse(render_text("reference.html", {"audiences": TAGS}), headers=headers)
