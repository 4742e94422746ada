"""The page of the tour, which asks for no sign-in: it holds what the documents hold."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.demo.sign_ins import SIGN_INS
from service.demo.tour.steps import STEPS
from service.web.page_route import HEADERS
from service.web.rendering import render

PATH = "/demo/tour"


def tour_page() -> APIRouter:
    """Return the page: the steps of each role, with the name that signs in for it."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    def show_tour(request: Request) -> Response:
        names: dict[str, str] = {}
        for name, role in SIGN_INS:
            names.setdefault(role.value, name)
        tours = [(names[role.value], role.value, steps) for role, steps in STEPS.items()]
        answer = render(request, "tour.html", {"tours": tours})
        answer.headers.update(HEADERS)
        return answer

    return router
