"""The pages, each with one thing to do."""

from starlette.routing import Route

from service.public.pages import documents, following, questions, starting

ROUTES: list[Route] = [
    *starting.ROUTES,
    *questions.ROUTES,
    *documents.ROUTES,
    *starting.SENDING,
    *following.ROUTES,
    *following.DOWNLOADS,
]
