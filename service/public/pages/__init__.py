"""The pages, each with one thing to do."""

from starlette.routing import Route

from service.public.pages import following, questions, starting

ROUTES: list[Route] = [
    *starting.ROUTES,
    *questions.ROUTES,
    *following.DOCUMENT_ROUTES,
    *starting.SENDING,
    *following.ROUTES,
    *following.DOWNLOADS,
]
