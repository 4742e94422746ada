"""Pages with forms: a form that is refused is shown again on its page, with its faults."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from service.web.forms import Form
from service.web.visitors import Visit

Step = Callable[..., str | None]
"""Carries out a form. Returns the address to go to; None for the page that has the form."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page with forms, and the function that shows it to a visit, with one of them."""

    router: APIRouter
    path: str
    show: Callable[..., Response]

    def post(
        self, path: str, otherwise: str, *names: str, refused: int = 422
    ) -> Callable[[Step], Step]:
        """Return a decorator for the step of the form that is sent to `path` below the page.

        A refusal becomes the fault of a field, as `Form.taking` says. With a fault, the page is
        shown again, with the status `refused`; a form with a text that is too long does nothing.
        """

        def _decorate(step: Step) -> Step:
            @wraps(step)
            def _answer(visit: Visit, form: Form, **others: Any) -> Response:
                address = None
                with form.taking(otherwise, *names):
                    # Before the step: it may read a text last, or not at all.
                    form.note_long_texts()
                    if not form.errors:
                        address = step(visit=visit, form=form, **others)
                if form.errors and address is None:
                    return self.refused(visit, form, refused, **others)
                address = address or (self.router.prefix + self.path).format(**others)
                return RedirectResponse(address, status_code=303)

            self.router.post(self.path + path, response_model=None)(_answer)
            return step

        return _decorate

    def refused(self, visit: Visit, form: Form, status: int, **others: Any) -> Response:
        """Return the page with a form that was refused."""
        taken = signature(self.show).parameters
        ids = {name: value for name, value in others.items() if name in taken}
        page = self.show(visit=visit, form=form, **ids)
        page.status_code = status
        return page


def form_page(router: APIRouter, path: str = "") -> Callable[[Callable[..., Response]], FormPage]:
    """Return a decorator for the function that shows a page with forms."""

    def _decorate(show: Callable[..., Response]) -> FormPage:
        router.get(path)(show)
        return FormPage(router, path, show)

    return _decorate
