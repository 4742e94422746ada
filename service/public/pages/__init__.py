"""The pages, each with one thing to do."""

from starlette.routing import Route

from service.public.pages import documents, downloading, following, questions, sending, starting

ROUTES: list[Route] = [
    *starting.ROUTES,
    *questions.ROUTES,
    *documents.ROUTES,
    *sending.ROUTES,
    *following.ROUTES,
    *downloading.ROUTES,
]
